/** Bytes as people read them: 840 KB, 1.3 MB. @param {number} bytes @param {string} language */
export function sizeOf(bytes, language) {
  const step = [1e9, 1e6, 1e3].find((each) => bytes >= each) ?? 1e3;
  const [number, unit] = [bytes / step, { 1e9: "GB", 1e6: "MB", 1e3: "KB" }[step]];
  return `${
    new Intl.NumberFormat(language, { maximumFractionDigits: number < 10 && step > 1e3 ? 1 : 0 }).format(number)
  } ${unit}`;
}
