// The API reference as it is written for a page.
import { expect, test } from "vitest";
import { html } from "@/app/_components/docs/html";
import { referenceFor } from "@/app/_components/docs/written";

const { html: page, sections } = referenceFor("en", { baseUrl: `http://x"><script>'`, bots: "bot-1" });
const section = (id: string) => page.slice(page.indexOf(`<details id="${id}"`)).split("</details>")[0] ?? "";

test("has each endpoint once, folded, with an example that holds the reader's own values", () => {
  const calls = sections.flatMap((one) => one.calls);
  expect(calls.length).toBeGreaterThan(80);
  for (const { id } of calls) expect(page.split(`<details id="${id}">`), id).toHaveLength(2);
  expect(section("getBot")).toContain("/api/feishu/bots/bot-1'");
  expect(section("getEvent")).toContain("/api/feishu/events/EVENT_ID'");
  expect(section("createBot")).toContain("<dt>appSecret</dt>");
  expect(page).not.toContain("⟦");
});

test("leads to every schema it names", () => {
  const names = [...page.matchAll(/href="#(schema-\w+)"/g)].map(([, name]) => name);
  expect(names.filter((name) => !page.includes(`<details id="${name}">`))).toEqual([]);
});

test("knows the fields of each endpoint, to be searched for", () => {
  const send = sections.flatMap(({ calls }) => calls).find(({ id }) => id === "sendMessage");
  expect(send?.fields.split(" ")).toEqual(expect.arrayContaining(["Idempotency-Key", "receiveId", "markdown"]));
});

test("escapes what is filled in", () => {
  expect(page).not.toContain("<script>");
  expect(page).toContain("http://x&quot;>&lt;script>");
  expect(html`<b title="${'"'}">${["<", html`<i>${"&"}</i>`, false, undefined]}</b>`.text).toBe(
    '<b title="&quot;">&lt;<i>&amp;</i></b>',
  );
});

test("is small: it is sent with each page", () => {
  expect(page.length).toBeLessThan(300_000);
});
