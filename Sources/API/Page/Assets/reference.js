// The section on the API: routes and models of this server.
import { byID, make } from "./elements.js";
import * as server from "./server.js";

const other = [
  ["GET", "v1/models", "the models of this server"],
  ["GET", "livez", "whether the process is alive"],
  ["GET", "readyz", "whether it takes requests"],
  ["GET", "version", "the version of this server"],
];

/** `models`: entries of v1/models, those that failed too. */
export function showReference(models) {
  const tasks = [...new Set(models.flatMap((model) => model.tasks ?? []))];
  const doing = (task) => models.filter((model) => model.tasks?.includes(task)).map(({ id }) => id).join(", ");
  const routes = [...tasks.map((task) => ["POST", `v1/${task}`, `by ${doing(task)}`]), ...other];
  byID("base").textContent = server.base;
  byID("routes").append(make("table", {}, make("caption", {}, "Routes"), routes.map(([method, path, purpose]) => make("tr", {},
    make("th", { scope: "row" }, 
      make("code", {}, `${method} `, method === "GET" ? make("a", { href: path }, `/${path}`) : `/${path}`)), make("td", {}, purpose)))));
  byID("models").append(make("table", {}, make("caption", {}, "Models"), models.map((model) => make("tr", {},
    make("th", { scope: "row" }, make("code", {}, model.id)), make("td", {}, description(model))))));
  server.getJSON("version").then((version) => {
    byID("server").textContent = [version.name, version.version].filter(Boolean).join(" ");
  }, () => {});
}

function description({ state, error, architecture, parameters, max_tokens: tokens, dtype }) {
  if (state === "failed") return `failed: ${error}`;
  const size = parameters && `${(parameters / 1e6).toFixed(1)} million parameters`;
  return [architecture, size, tokens && `up to ${tokens} tokens`, dtype].filter(Boolean).join(", ");
}
