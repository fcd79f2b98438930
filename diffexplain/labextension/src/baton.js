// A notebook that was made to be run at once may open in another tab, as in Notebook 7. Who makes it leaves word for whoever opens it.

const KEY = "diffexplain:run";
const SECONDS = 60;

/** @param {string} path @param {Storage} storage */
export function leave(path, storage = window.localStorage) {
  storage.setItem(KEY, JSON.stringify({ path, until: Date.now() + SECONDS * 1000 }));
}

/** Whether this notebook is to be run; says so once. @param {string} path @param {Storage} storage */
export function take(path, storage = window.localStorage) {
  const left = JSON.parse(storage.getItem(KEY) ?? "null");
  if (left?.path !== path) return false;
  storage.removeItem(KEY);
  return left.until > Date.now();
}
