/**
 * Series that grow with a run: the page keeps as much of them as Python does (diffexplain/live/retention.py), and the same ones.
 * A message of such a kind says in `most` how many that are, and counts in a field `at`.
 *
 * @typedef {import("./protocol.js").Message & { most?: number }} Message
 * @typedef {import("./protocol.js").Tensor} Tensor
 */

/** The least power of two of which at most `most` of `count` stay: its multiples, and the last. @param {number} count @param {number} most */
export function stride(count, most) {
  let step = 1;
  while (Math.ceil((count - 1) / step) + 1 > most) step *= 2;
  return step;
}

/** @param {number} newest @param {number} most @returns {(at: number) => boolean} */
function staying(newest, most) {
  const step = stride(newest + 1, most);
  return (at) => at % step === 0 || at === newest;
}

/**
 * A series of single messages with one more.
 * @template {{ at: number }} Data
 * @param {Data[]} series  rising in `at`
 * @param {Message} message
 * @returns {Data[]}
 */
export function withOne(series, { data, most = Infinity }) {
  const one = /** @type {Data} */ (data);
  const stays = staying(one.at, most);
  return [...series.filter(({ at }) => at !== one.at && stays(at)), one];
}

/**
 * Points with those of one more message: arrays with an entry for each point are joined, all else is the newer one's.
 * @template {{ at: Tensor }} Data
 * @param {Data | null} series
 * @param {Message} message
 * @returns {Data}
 */
export function withPoints(series, { data, most = Infinity }) {
  const newer = /** @type {Data} */ (data);
  const count = newer.at.shape[0];
  const before = series ? series.at.shape[0] : 0;
  const at = series ? [...series.at.data, ...newer.at.data] : [...newer.at.data];
  if (!at.length) return newer;
  const stays = staying(at[at.length - 1], most);
  const rows = at.map((_, row) => row).filter((row) => stays(at[row]));
  const joined = Object.entries(newer).map(([name, tensor]) => {
    if (!tensor?.shape || tensor.shape[0] !== count) return [name, tensor];
    const width = tensor.data.length / (count || 1) || 1;
    const all = new (/** @type {any} */ (tensor.data).constructor)(rows.length * width);
    const old = series ? /** @type {any} */ (series)[name].data : [];
    rows.forEach((row, to) => {
      const from = row < before ? old : tensor.data;
      const start = (row < before ? row : row - before) * width;
      for (let each = 0; each < width; each += 1) all[to * width + each] = from[start + each];
    });
    return [name, { data: all, shape: [rows.length, ...tensor.shape.slice(1)] }];
  });
  return /** @type {Data} */ (Object.fromEntries(joined));
}
