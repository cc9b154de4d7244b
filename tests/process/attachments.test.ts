// Images and files in the built server: a model reads and sees them, and whoever may see the message may fetch them.
import { expect, test } from "vitest";
import { addMember, type Json, registerBot, startInstallation } from "@/tests/support/api";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { docxOf, PNG, pdfOf, xlsxOf } from "@/tests/support/documents";
import { startFakeModel } from "@/tests/support/fake-model";
import { waitFor } from "@/tests/support/wait-for";

test("files of each kind are read by the built server, and fetched through the API by who may see them", async () => {
  const cloud = await startTestCloud();
  const fake = await startFakeModel();
  const { admin } = await startInstallation("pglite");
  const model = await admin.post("/api/models", { name: "M", baseUrl: fake.baseUrl, model: "gpt-4o" });
  const app = registerTestApp(cloud);
  const reply = { kind: "ai", modelId: model.id, stream: false };
  const botId = await registerBot(admin, cloud, app, { reply });
  await waitFor(() => cloud.connections(app.appId).length > 0, "the bot to be connected");
  const to = { appId: app.appId, ...cloud.directChat(app.appId, "Ann"), from: "Ann" };
  const eventOf = async ({ messageId }: { messageId: string }): Promise<Json> =>
    waitFor(async () => {
      const { events } = await admin.get(`/api/feishu/bots/${botId}/events`);
      const found = events.find((event: Json) => event.messageId === messageId && event.status === "done");
      return found && admin.get(`/api/feishu/events/${found.id}`);
    }, "the message to be answered");
  const lastAsked = () => JSON.stringify(fake.requests.at(-1)?.body.messages.at(-1));

  const table = xlsxOf("Sales", [["Shanghai", 12]]);
  for (const [fileName, bytes, words] of [
    ["a.pdf", pdfOf(["portable words"]), "portable words"],
    ["a.docx", docxOf(["office words"]), "office words"],
    ["a.xlsx", table, "Shanghai"],
  ] as const) {
    await eventOf(cloud.sendFile({ ...to, bytes, fileName }));
    expect(lastAsked(), fileName).toContain(words);
  }
  const event = await eventOf(cloud.sendFile({ ...to, bytes: table, fileName: "表 格.xlsx" }));
  const [file] = event.attachments;
  expect(file).toMatchObject({ of: "message", kind: "file", name: "表 格.xlsx", bytes: table.length });
  const fetchPath = async (path: string, token = admin.token) => {
    const answer = await fetch(`${admin.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const path = `/api/feishu/events/${event.id}/resources/${file.key}`;
  const fetched = await fetchPath(path);
  expect(fetched.bytes.equals(table)).toBe(true);
  expect(fetched.headers.get("content-type")).toBe("application/octet-stream");
  expect(fetched.headers.get("content-disposition")).toBe(
    `attachment; filename*=UTF-8''${encodeURIComponent("表 格.xlsx")}`,
  );
  expect(fetched.headers.get("x-content-type-options")).toBe("nosniff");

  const picture = await eventOf(cloud.sendImage({ ...to, bytes: PNG }));
  expect(lastAsked()).toContain(`data:image/png;base64,${PNG.toString("base64")}`);
  const picturePath = `/api/feishu/events/${picture.id}/resources/${picture.attachments[0].key}`;
  const shown = await fetchPath(picturePath);
  expect([shown.headers.get("content-type"), shown.bytes.equals(PNG)]).toEqual(["image/png", true]);
  // What only says that it is an image is not shown as one.
  const fraud = await eventOf(cloud.sendImage({ ...to, bytes: Buffer.from("<svg onload='x()'/>") }));
  const handed = await fetchPath(`/api/feishu/events/${fraud.id}/resources/${fraud.attachments[0].key}`);
  expect(handed.headers.get("content-type")).toBe("application/octet-stream");
  expect(handed.headers.get("content-disposition")).toMatch(/^attachment/);

  const ann = await addMember(admin, "Ann");
  expect((await fetchPath(path, ann.token)).status).toBe(404);
  expect((await fetchPath(path, "nobody")).status).toBe(401);
  const foreign = `/api/feishu/events/${event.id}/resources/${picture.attachments[0].key}`;
  expect((await fetchPath(foreign)).status).toBe(404);
  cloud.registerApp({ appId: app.appId, appSecret: app.appSecret, scopes: ["im:message:send_as_bot"] });
  const refused = await admin.call("GET", path);
  expect([refused.status, refused.body.code]).toEqual([422, "unprocessable"]);
});
