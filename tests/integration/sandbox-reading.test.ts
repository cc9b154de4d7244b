import type { Client } from "@larksuiteoapi/node-sdk";
import { describe, expect, it } from "vitest";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { registerTestApp, startTestCloud } from "../support/cloud";
import { refusal, sandboxScene, sendToChat, textContent } from "../support/sandbox-scene";
import { sdkClient } from "../support/sdk";

async function tokenOf(cloud: SandboxCloud, app: SandboxApp): Promise<{ tenant_access_token: string; expire: number }> {
  const response = await fetch(`${cloud.origin}/open-apis/auth/v3/tenant_access_token/internal`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ app_id: app.appId, app_secret: app.appSecret }),
  });
  return (await response.json()) as never;
}

describe("reading", () => {
  it("lists a chat page by page, from a time on, in both orders", async () => {
    const { cloud, app, client } = await sandboxScene();
    const { chatId } = cloud.group("History", { apps: [app.appId] });
    for (let second = 1; second <= 5; second++) {
      cloud.say({ appId: app.appId, chatId, from: "Ann", text: String(second), createTime: second * 1000 });
    }
    const list = async (params: object) => {
      const { data } = await client.im.v1.message.list({
        params: { container_id_type: "chat", container_id: chatId, ...params },
      });
      return { ...data, texts: data?.items?.map(({ body }) => JSON.parse(body?.content ?? "{}").text) };
    };
    expect((await list({ start_time: "3" })).texts).toEqual(["3", "4", "5"]);
    expect((await list({ end_time: "2" })).texts).toEqual(["1", "2"]);
    const first = await list({ page_size: 2, sort_type: "ByCreateTimeDesc" });
    expect(first).toMatchObject({ has_more: true, texts: ["5", "4"] });
    const next = await list({ page_size: 2, sort_type: "ByCreateTimeDesc", page_token: first.page_token });
    expect(next.texts).toEqual(["3", "2"]);
    const other = sdkClient(cloud, registerTestApp(cloud));
    const refused = other.im.v1.message.list({ params: { container_id_type: "chat", container_id: chatId } });
    await expect(refused).rejects.toMatchObject(refusal(230002));
  });

  it("gives a card out as rendered, or as it was written where the call asks for that", async () => {
    const { client, chatId } = await sandboxScene();
    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "**95 %**" }] } };
    const sent = await sendToChat(client, chatId, { msg_type: "interactive", content: JSON.stringify(card) });
    const path = { message_id: sent.data?.message_id ?? "" };
    const read = async (card_msg_content_type?: string) => {
      const { data } = await client.im.v1.message.get({ path, params: { card_msg_content_type } });
      return JSON.parse(data?.items?.[0]?.body?.content ?? "{}");
    };
    expect(JSON.stringify(await read())).not.toContain("95 %");
    expect(JSON.parse((await read("user_card_content")).user_dsl)).toEqual(card);
    expect(JSON.parse((await read("raw_card_content")).json_card)).toEqual(card);
    await expect(read("something_else")).rejects.toMatchObject({ response: { status: 400 } });
  });

  it("shows chats, their members and a person's name", async () => {
    const { cloud, app, client, ann, chatId } = await sandboxScene();
    const group = cloud.group("Team", { apps: [app.appId], people: [ann, "Bo"] });
    const direct = await client.im.v1.chat.get({ path: { chat_id: chatId } });
    expect(direct.data).toMatchObject({ chat_mode: "p2p" });
    const got = await client.im.v1.chat.get({ path: { chat_id: group.chatId } });
    expect(got.data).toMatchObject({ chat_mode: "group", name: "Team", user_count: "2", bot_count: "1" });
    const listed = await client.im.v1.chat.list({});
    expect(listed.data?.items).toMatchObject([{ chat_id: group.chatId, name: "Team" }]);
    const members = await client.im.v1.chatMembers.get({ path: { chat_id: group.chatId } });
    expect(members.data?.items?.map(({ name }) => name)).toEqual(["Ann", "Bo"]);
    const user = await client.contact.v3.user.get({ path: { user_id: ann.openId } });
    expect(user.data?.user).toMatchObject({ name: "Ann", open_id: ann.openId });
    await expect(client.im.v1.chat.get({ path: { chat_id: "oc_none" } })).rejects.toMatchObject(refusal(232006));
  });

  it("forgets the oldest messages of a chat", async () => {
    const cloud = await startTestCloud({ limits: { messagesPerChat: 2 } });
    const app = registerTestApp(cloud);
    const { chatId } = cloud.directChat(app.appId, "Ann");
    const ids = ["1", "2", "3"].map(
      (words) => cloud.say({ appId: app.appId, chatId, from: "Ann", text: words }).messageId,
    );
    expect(cloud.messages(chatId).map(({ messageId }) => messageId)).toEqual(ids.slice(1));
    expect(cloud.message(ids[0] ?? "")).toBeUndefined();
  });
});

describe("resources", () => {
  it("takes an image and a file, sends them, and gives the bot its own back", async () => {
    const { cloud, client, chatId } = await sandboxScene();
    const image = await client.im.v1.image.create({ data: { image_type: "message", image: Buffer.from("pixels") } });
    const file = await client.im.v1.file.create({
      data: { file_type: "pdf", file_name: "报告.pdf", file: Buffer.from("pages") },
    });
    const [imageKey, fileKey] = [image?.image_key ?? "", file?.file_key ?? ""];
    await sendToChat(client, chatId, { msg_type: "image", content: JSON.stringify({ image_key: imageKey }) });
    await sendToChat(client, chatId, { msg_type: "file", content: JSON.stringify({ file_key: fileKey }) });
    expect(cloud.resource(imageKey)?.bytes.toString()).toBe("pixels");
    expect(cloud.resource(fileKey)).toMatchObject({ fileName: "报告.pdf" });
    const back = await client.im.v1.file.get({ path: { file_key: fileKey } });
    expect(await contentsOf(back)).toBe("pages");
    await expect(
      client.im.v1.image.create({ data: { image_type: "message", image: Buffer.alloc(0) } }),
    ).rejects.toThrow();
  });

  it("gives a person's file through its message only", async () => {
    const { cloud, app, client, ann, chatId, messageId } = await sandboxScene();
    const { key } = cloud.attach({ kind: "file", fileName: "a.txt", bytes: Buffer.from("from Ann") });
    const content = { file_key: key, file_name: "a.txt" };
    const said = cloud.say({ appId: app.appId, chatId, from: ann, messageType: "file", content });
    const of = (message_id: string, type = "file") =>
      client.im.v1.messageResource.get({ path: { message_id, file_key: key }, params: { type } });
    expect(await contentsOf(await of(said.messageId))).toBe("from Ann");
    await expect(of(messageId)).rejects.toMatchObject({ response: { status: 400 } });
    await expect(of(said.messageId, "image")).rejects.toMatchObject({ response: { status: 400 } });
    await expect(client.im.v1.file.get({ path: { file_key: key } })).rejects.toMatchObject({
      response: { status: 400 },
    });
  });

  it("forgets the oldest resource when their bytes are too many", async () => {
    const cloud = await startTestCloud({ limits: { resourceBytes: 10 } });
    const attach = () => cloud.attach({ kind: "file", fileName: "f", bytes: Buffer.alloc(6) }).key;
    const [first, second] = [attach(), attach()];
    expect(cloud.resource(first)).toBeUndefined();
    expect(cloud.resource(second)?.bytes).toHaveLength(6);
  });

  it("forgets those of the owner who has most of them, and of nobody else", async () => {
    const cloud = await startTestCloud({ limits: { resourceBytes: 10 } });
    const rooms = ["0a", "0b", "0c"].map((end) => `cli_00000000000000${end}`);
    const [quiet = "", loud = "", loudToo = ""] = rooms;
    for (const appId of rooms) {
      cloud.registerApp({ appId, appSecret: "secret", owner: appId === quiet ? "quiet" : "loud" });
    }
    const attach = (room: string) => cloud.attach({ kind: "file", fileName: "f", bytes: Buffer.alloc(3), room }).key;
    const kept = attach(quiet);
    const [first, second, third] = [loud, loudToo, loud].map(attach);
    expect([kept, first, second, third].map((key = "") => cloud.resource(key) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});

async function contentsOf(download: { getReadableStream(): AsyncIterable<Buffer> } | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of download?.getReadableStream() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("rate limits", () => {
  it("lets five messages a second into a group, counted over all its bots", async () => {
    const { cloud, app, client } = await sandboxScene({ rateLimits: true });
    const second = registerTestApp(cloud);
    const { chatId } = cloud.group("Busy", { apps: [app.appId, second.appId] });
    const clients = [client, sdkClient(cloud, second)];
    await Promise.all(clients.map((each) => each.request({ method: "GET", url: "/open-apis/bot/v3/info" })));
    const sent = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        sendToChat(clients[index % 2] as Client, chatId, { content: textContent("x") }),
      ),
    );
    const refused = sent.filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ reason: refusal(230020) });
    expect(cloud.messages(chatId)).toHaveLength(40 - refused.length);
  });

  it("answers the 51st call of a second with 429 and the time to wait", async () => {
    const { cloud, app } = await sandboxScene({ rateLimits: true });
    const { tenant_access_token: token } = await tokenOf(cloud, app);
    const headers = { authorization: `Bearer ${token}` };
    const call = () => fetch(`${cloud.origin}/open-apis/bot/v3/info`, { headers });
    const answers = await Promise.all(Array.from({ length: 120 }, call));
    const refused = answers.find(({ status }) => status !== 200);
    expect(refused?.status).toBe(429);
    expect(await refused?.json()).toMatchObject({ code: 99991400 });
    expect(Number(refused?.headers.get("x-ogw-ratelimit-reset"))).toBeGreaterThan(0);
  });

  it("counts nothing while they are off", async () => {
    const { client, chatId } = await sandboxScene();
    const sends = Array.from({ length: 30 }, () => sendToChat(client, chatId, { content: textContent("x") }));
    expect((await Promise.all(sends)).every(({ code }) => code === 0)).toBe(true);
  });
});
