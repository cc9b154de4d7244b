import { expect, test } from "vitest";
import { csvCell } from "@/lib/csv";

test.each([
  ["plain", '"plain"'],
  [undefined, '""'],
  [-5, '"-5"'],
  ['say "hi", please', '"say ""hi"", please"'],
  ["=1+1", `"'=1+1"`],
  [" =1+1", `" '=1+1"`],
  ["＝1+1", `"'＝1+1"`],
  ["\uff0b1", `"'\uff0b1"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["-2+3", `"'-2+3"`],
  ["x;=1+1", `"x;'=1+1"`],
  ["x\t+1", `"x\t'+1"`],
  ["x\n=1", `"x\n'=1"`],
  ["\t=1", `"'\t'=1"`],
  ["\r=1", `"'\r'=1"`],
  ["2-1, a=b; c", '"2-1, a=b; c"'],
])("%j is written so that nothing runs it", (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});
