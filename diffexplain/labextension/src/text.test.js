import { expect, test } from "vitest";
import { languageOf, speaker, WORDS } from "./text.js";

const placeholders = (text) => (text.match(/\{\w+\}/g) ?? []).sort();

test.each(Object.entries(WORDS))("%s is said in both languages, with the same values in it", (_, { en, zh, ...others }) => {
  expect(en).toMatch(/[a-z]/);
  expect(zh).toMatch(/[\u4e00-\u9fff]/);
  expect(zh).not.toMatch(/您|[\u4e00-\u9fff][,:;?!]/);
  expect(en).not.toMatch(/[\u4e00-\u9fff]/);
  expect(placeholders(zh)).toEqual(placeholders(en));
  expect(others).toEqual({});
});

test("a sentence is said with its values, whatever they are", () => {
  const say = speaker("en");
  expect(say("exported", { path: "a/{path}$&.html" })).toBe("Exported to a/{path}$&.html.");
  expect(speaker("zh")("folderDone", { count: 3, path: "x" })).toBe("全部3个课程都在 x 中。");
});

test.each([["zh_CN", "zh"], ["zh-CN", "zh"], ["ZH", "zh"], ["en", "en"], ["de-DE", "en"], ["", "en"], [undefined, "en"]])(
  "JupyterLab's %s is answered in %s",
  (code, language) => expect(languageOf(code)).toBe(language),
);
