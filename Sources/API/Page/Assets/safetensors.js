// The safetensors format: eight bytes of header length, a JSON header, the tensors' bytes (little-endian, row-major).
// https://github.com/huggingface/safetensors#format

const kinds = { F32: Float32Array, I32: Int32Array, F16: Uint16Array };

/**
 * Reads a file.
 * Returns {metadata: {name: text}, tensors: {name: {dtype, shape, raw}}}; `raw` of F16 are the halves' bits, see `float32`.
 * Throws an Error for what is not safetensors or holds other types.
 */
export function parse(buffer) {
  if (buffer.byteLength < 8) throw new Error("This is not a safetensors file: it is too short.");
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  if (length > buffer.byteLength - 8) throw new Error("This is not a safetensors file: its header does not fit.");
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [start, end] }] of Object.entries(entries)) {
    const kind = kinds[dtype];
    if (!kind) throw new Error(`${name}: tensors of ${dtype} are not read here.`);
    const from = 8 + length + start;
    const count = shape.reduce((product, size) => product * size, 1);
    if (end - start !== count * kind.BYTES_PER_ELEMENT || 8 + length + end > buffer.byteLength)
      throw new Error(`${name}: its bytes are not all there.`);
    // A tensor need not begin at a multiple of its element's size, which an array over the buffer would need.
    const raw = from % kind.BYTES_PER_ELEMENT === 0 ? new kind(buffer, from, count) : new kind(buffer.slice(from, 8 + length + end));
    tensors[name] = { dtype, shape, raw };
  }
  return { metadata, tensors };
}

let halves = null;

/** Every half as a float: looked up, a matrix is read in no time. */
function halfTable() {
  if (halves) return halves;
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits += 1) {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const magnitude = exponent === 31 ? (fraction ? NaN : Infinity) : exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    halves[bits] = bits & 32768 ? -magnitude : magnitude;
  }
  return halves;
}

/** `count` numbers of a tensor's `raw` from position `start`, as a new Float32Array. */
export function float32(raw, start = 0, count = raw.length - start) {
  if (!(raw instanceof Uint16Array)) return Float32Array.from(raw.subarray(start, start + count));
  const table = halfTable();
  const values = new Float32Array(count);
  for (let index = 0; index < count; index += 1) values[index] = table[raw[start + index]];
  return values;
}
