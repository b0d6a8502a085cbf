// The server over HTTP: JSON and binary answers, and errors in words. Every address is relative to the page's.

/** The address that the API's paths hang under; ends with a slash. */
export const base = new URL(".", document.baseURI).href;

/** An answer that is an error. `message` is for people. */
export class ServerError extends Error {
  constructor(message, { status = 0, code = "", param = null, requestID = "" } = {}) {
    super(message);
    this.name = "ServerError";
    Object.assign(this, { status, code, param, requestID });
  }
}

/** Whether the page itself took the request back. */
export const isAbort = (error) => error?.name === "AbortError";

/**
 * Sends a request. `path` is relative, such as "v1/classify".
 * Throws a ServerError for an error of the server and where none answers, an AbortError after `signal`.
 */
async function send(path, options) {
  let response;
  const began = performance.now();
  try {
    response = await fetch(new URL(path, base), options);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ServerError(navigator.onLine
      ? `The server at ${base} does not answer. Is it still running?`
      : "This computer is offline.");
  }
  if (!response.ok) throw await failure(response);
  return { response, began };
}

async function failure(response) {
  const about = { status: response.status, requestID: response.headers.get("x-request-id") ?? "" };
  let message = `The server answered ${response.status} ${response.statusText}`.trim();
  try {
    const { error } = await response.json();
    if (error?.message) message = error.param ? `${error.param}: ${error.message}` : error.message;
    about.code = error?.code ?? "";
    about.param = error?.param ?? null;
  } catch {
    // Something between here and the server answered: the status has to do.
  }
  const wait = response.headers.get("retry-after");
  if (wait) message += ` (try again in ${wait} s)`;
  return new ServerError(message, about);
}

/** Reads a body; one that breaks off is an error in words, too. */
async function body(read) {
  try {
    return await read();
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ServerError("The answer broke off.");
  }
}

export async function getJSON(path, { signal } = {}) {
  const { response } = await send(path, { signal, headers: { Accept: "application/json" } });
  return body(() => response.json());
}

/**
 * Posts JSON and reads JSON.
 * Returns {value, milliseconds (from asking to having the whole answer), timing: {tokenize, queue, compute} in milliseconds}.
 */
export async function postJSON(path, content, { signal } = {}) {
  const { response, began } = await send(path, {
    method: "POST", signal, body: JSON.stringify(content),
    headers: { "Content-Type": "application/json", Accept: "application/json" },
  });
  const value = await body(() => response.json());
  return { value, milliseconds: performance.now() - began, timing: timing(response) };
}

/** The value alone of what `postJSON` gives. */
export async function post(path, content, options) {
  return (await postJSON(path, content, options)).value;
}

/** Posts JSON and reads an ArrayBuffer: what `content.format` asks for. */
export async function postBinary(path, content, { signal } = {}) {
  const { response } = await send(path, {
    method: "POST", signal, body: JSON.stringify(content), headers: { "Content-Type": "application/json", Accept: "*/*" },
  });
  return body(() => response.arrayBuffer());
}

/** `server-timing: tokenize;dur=0.1, compute;dur=2` as {tokenize: 0.1, compute: 2}. */
function timing(response) {
  const parts = (response.headers.get("server-timing") ?? "").matchAll(/([\w-]+);dur=([\d.]+)/g);
  return Object.fromEntries([...parts].map(([, name, duration]) => [name, Number(duration)]));
}

const maskTokens = new Map();

/** The text that a model reads as its mask token, or null where it has none: a text that becomes just that token. */
export function maskToken(model) {
  if (!maskTokens.has(model)) {
    const candidates = ["[MASK]", "<mask>", "<MASK>"];
    const found = postJSON("v1/tokenize", { model, inputs: candidates, add_special_tokens: false }).then(
      ({ value }) => candidates.find((text, index) => value.results[index].tokens.length === 1 && value.results[index].tokens[0] === text) ?? null);
    found.catch(() => maskTokens.delete(model));
    maskTokens.set(model, found);
  }
  return maskTokens.get(model);
}
