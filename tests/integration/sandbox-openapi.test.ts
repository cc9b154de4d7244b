import type { Client } from "@larksuiteoapi/node-sdk";
import { describe, expect, it } from "vitest";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { registerTestApp, startTestCloud } from "../support/cloud";
import { refusal, sandboxScene, sendToChat, textContent } from "../support/sandbox-scene";
import { sdkClient } from "../support/sdk";

function reply(
  client: Client,
  messageId: string,
  data: { content?: string; uuid?: string; reply_in_thread?: boolean } = {},
) {
  return client.im.v1.message.reply({
    path: { message_id: messageId },
    data: { msg_type: "text", content: textContent("re"), ...data },
  });
}

function post(cloud: SandboxCloud, path: string, body: object, headers = {}) {
  return fetch(`${cloud.origin}/open-apis${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

async function tokenOf(cloud: SandboxCloud, app: SandboxApp): Promise<{ tenant_access_token: string; expire: number }> {
  const body = { app_id: app.appId, app_secret: app.appSecret };
  return (await (await post(cloud, "/auth/v3/tenant_access_token/internal", body)).json()) as never;
}

describe("access tokens", () => {
  it("hands out the same token while it lives for half an hour more, then a new one beside it", async () => {
    const long = await sandboxScene({ tokenLifeSeconds: 7_200 });
    const first = await tokenOf(long.cloud, long.app);
    expect(await tokenOf(long.cloud, long.app)).toEqual({ ...first, expire: expect.any(Number) });
    const short = await sandboxScene({ tokenLifeSeconds: 1_700 });
    const [one, two] = [await tokenOf(short.cloud, short.app), await tokenOf(short.cloud, short.app)];
    expect(two.tenant_access_token).not.toBe(one.tenant_access_token);
    for (const { tenant_access_token: token } of [one, two]) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(`${short.cloud.origin}/open-apis/bot/v3/info`, { headers })).status).toBe(200);
    }
  });

  it("refuses a wrong secret, an unknown app and a body without either", async () => {
    const { cloud, app } = await sandboxScene();
    const ask = async (body: object) => {
      const response = await post(cloud, "/auth/v3/tenant_access_token/internal", body);
      return [response.status, ((await response.json()) as { code: number }).code];
    };
    expect(await ask({ app_id: app.appId, app_secret: "wrong" })).toEqual([200, 10014]);
    expect(await ask({ app_id: "cli_0000000000000000", app_secret: "x" })).toEqual([200, 10003]);
    expect(await ask({})).toEqual([200, 10003]);
    const wrong = sdkClient(cloud, { ...app, appSecret: "wrong" });
    await expect(wrong.request({ method: "GET", url: "/open-apis/bot/v3/info" })).rejects.toThrow("10014");
  });

  it("refuses a call without a token, with a forged, a revoked and an expired one", async () => {
    const { cloud, app, client, chatId } = await sandboxScene();
    expect(await (await post(cloud, "/im/v1/messages", {})).json()).toMatchObject({ code: 99991661 });
    const forged = await post(cloud, "/im/v1/messages", {}, { authorization: "Bearer t-forged" });
    expect(await forged.json()).toMatchObject({ code: 99991663 });
    expect(await sendToChat(client, chatId, { content: textContent("before") })).toMatchObject({ code: 0 });
    cloud.revokeTokens(app.appId);
    await expect(sendToChat(client, chatId, { content: textContent("after") })).rejects.toMatchObject(
      refusal(99991663),
    );
    const brief = await sandboxScene({ tokenLifeSeconds: 0 });
    await expect(sendToChat(brief.client, brief.chatId, { content: textContent("late") })).rejects.toMatchObject(
      refusal(99991663),
    );
  });

  it("names the missing scope", async () => {
    const { client, chatId, messageId } = await sandboxScene({}, { scopes: ["im:message:readonly"] });
    await expect(sendToChat(client, chatId, { content: textContent("no") })).rejects.toMatchObject({
      response: {
        status: 400,
        data: {
          code: 99991672,
          error: {
            permission_violations: expect.arrayContaining([{ type: "action_scope_required", subject: "im:message" }]),
          },
        },
      },
    });
    expect(await client.im.v1.message.get({ path: { message_id: messageId } })).toMatchObject({ code: 0 });
    const scopes = await client.application.v6.scope.list({});
    expect(scopes.data?.scopes?.find(({ scope_name }) => scope_name === "im:message:readonly")?.grant_status).toBe(1);
    expect(scopes.data?.scopes?.find(({ scope_name }) => scope_name === "im:message")?.grant_status).toBe(2);
  });
});

describe("calls about the app", () => {
  it("shows the bot, the application and its subscription", async () => {
    const { app, client } = await sandboxScene({}, { name: "Doc", subscribedEvents: ["im.message.recalled_v1"] });
    expect(await client.request({ method: "GET", url: "/open-apis/bot/v3/info" })).toMatchObject({
      code: 0,
      bot: { app_name: "Doc", open_id: app.openId, activate_status: 2 },
    });
    const application = await client.application.v6.application.get({
      path: { app_id: app.appId },
      params: { lang: "zh_cn" },
    });
    expect(application.data?.app).toMatchObject({
      app_id: app.appId,
      event: { subscription_type: "websocket", subscribed_events: ["im.message.recalled_v1"] },
    });
  });

  it("answers an unknown path with 404", async () => {
    const { cloud } = await sandboxScene();
    expect((await post(cloud, "/im/v9/nothing", {})).status).toBe(404);
    expect((await fetch(`${cloud.origin}/elsewhere`)).status).toBe(404);
  });

  it("masks secrets in the recorded calls and keeps a bounded number of them", async () => {
    const cloud = await startTestCloud({ limits: { calls: 2 } });
    const app = registerTestApp(cloud);
    for (let count = 0; count < 4; count++) await tokenOf(cloud, app);
    expect(cloud.calls).toHaveLength(2);
    expect(cloud.calls[0]).toMatchObject({
      appId: app.appId,
      body: { app_id: app.appId, app_secret: "***" },
      status: 200,
    });
  });
});

describe("sending", () => {
  it("finds the receiver by each of its ids", async () => {
    const { cloud, client, ann, chatId } = await sandboxScene();
    const ids = { open_id: ann.openId, union_id: ann.unionId, user_id: ann.userId, email: ann.email, chat_id: chatId };
    for (const [type, id] of Object.entries(ids)) {
      const sent = await client.im.v1.message.create({
        params: { receive_id_type: type as "open_id" },
        data: { receive_id: id, msg_type: "text", content: textContent(type) },
      });
      expect(sent.data).toMatchObject({ chat_id: chatId, msg_type: "text", sender: { sender_type: "app" } });
    }
    expect(cloud.messages(chatId).map((message) => message.text)).toEqual(["hello", ...Object.keys(ids)]);
  });

  it("refuses a receiver that does not exist or a group that the bot is not in", async () => {
    const { cloud, client } = await sandboxScene();
    await expect(sendToChat(client, "oc_nobody", { content: textContent("x") })).rejects.toMatchObject(refusal(230034));
    const { chatId } = cloud.group("Others", { people: ["Bo"] });
    await expect(sendToChat(client, chatId, { content: textContent("x") })).rejects.toMatchObject(refusal(230002));
  });

  it("sends once per uuid, by create and by reply, and refuses a uuid that is too long", async () => {
    const { cloud, client, chatId, messageId } = await sandboxScene();
    const first = await reply(client, messageId, { uuid: "u1" });
    const again = await reply(client, messageId, { uuid: "u1" });
    expect(again.data?.message_id).toBe(first.data?.message_id);
    const other = await sendToChat(client, chatId, { content: textContent("x"), uuid: "u2" });
    expect((await sendToChat(client, chatId, { content: textContent("y"), uuid: "u2" })).data).toEqual(other.data);
    expect(cloud.messages(chatId)).toHaveLength(3);
    await expect(reply(client, messageId, { uuid: "u".repeat(51) })).rejects.toMatchObject(refusal(230001));
  });

  it("replies in a thread and stays in it", async () => {
    const { cloud, app, client, chatId, messageId } = await sandboxScene();
    const { data } = await reply(client, messageId, { reply_in_thread: true });
    expect(data).toMatchObject({ root_id: messageId, parent_id: messageId, thread_id: expect.stringMatching(/^omt_/) });
    const said = cloud.say({ appId: app.appId, chatId, from: "Ann", text: "more", parentId: data?.message_id ?? "" });
    expect(cloud.message(said.messageId)).toMatchObject({ rootId: messageId, threadId: data?.thread_id });
    const next = await reply(client, said.messageId);
    expect(next.data).toMatchObject({ root_id: messageId, parent_id: said.messageId, thread_id: data?.thread_id });
    const thread = await client.im.v1.message.list({
      params: { container_id_type: "thread", container_id: data?.thread_id ?? "" },
    });
    expect(thread.data?.items).toHaveLength(4);
  });

  it("refuses a reply to a message that is recalled, unknown, or in a chat without the bot", async () => {
    const { cloud, client, messageId } = await sandboxScene();
    cloud.recallMessage(messageId);
    await expect(reply(client, messageId)).rejects.toMatchObject(refusal(230011));
    await expect(reply(client, "om_unknown")).rejects.toMatchObject(refusal(231003));
    const other = registerTestApp(cloud);
    const elsewhere = cloud.directChat(other.appId, "Bo");
    const said = cloud.say({ appId: other.appId, chatId: elsewhere.chatId, from: "Bo", text: "private" });
    await expect(reply(client, said.messageId)).rejects.toMatchObject(refusal(230002));
  });

  it("turns a mention tag into a mention", async () => {
    const { cloud, client, ann, chatId } = await sandboxScene();
    const content = textContent(`<at user_id="${ann.openId}">Ann</at> look, <at user_id="all"></at>`);
    const { data } = await sendToChat(client, chatId, { content });
    expect(data?.body?.content).toBe(textContent("@_user_1 look, @_all"));
    expect(data?.mentions).toMatchObject([{ key: "@_user_1", id: ann.openId, id_type: "open_id", name: "Ann" }]);
    expect(cloud.message(data?.message_id ?? "")?.text).toBe("@Ann look, @_all");
  });

  it.each([
    ["no JSON", "text", "hello", 230001],
    ["no text", "text", "{}", 230001],
    ["an unknown type", "hologram", "{}", 230054],
    ["an image of nobody", "image", '{"image_key":"img_x"}', 230017],
    ["a post without paragraphs", "post", '{"zh_cn":{"title":"t"}}', 230001],
    ["a card without a body", "interactive", '{"schema":"2.0"}', 230099],
    ["text above 150 KB", "text", textContent("x".repeat(150 * 1024)), 230025],
    [
      "a post above 30 KB",
      "post",
      JSON.stringify({ zh_cn: { content: [[{ tag: "md", text: "x".repeat(30 * 1024) }]] } }),
      230025,
    ],
  ])("refuses %s", async (_, type, content, code) => {
    const { client, chatId } = await sandboxScene();
    await expect(sendToChat(client, chatId, { msg_type: type, content })).rejects.toMatchObject(refusal(code));
  });

  it.each([
    ["text of 150 KB at most", "text", textContent("x".repeat(150 * 1024 - 20))],
    ["a post", "post", JSON.stringify({ zh_cn: { title: "", content: [[{ tag: "md", text: "**b**" }]] } })],
    ["a card of version 2", "interactive", JSON.stringify({ schema: "2.0", body: { elements: [] } })],
    ["a card of version 1", "interactive", JSON.stringify({ elements: [] })],
    ["a shared chat", "share_chat", '{"chat_id":"oc_1"}'],
  ])("accepts %s", async (_, type, content) => {
    const { client, chatId } = await sandboxScene();
    expect(await sendToChat(client, chatId, { msg_type: type, content })).toMatchObject({ code: 0 });
  });
});

describe("changing messages", () => {
  it("edits a text 20 times and not once more", async () => {
    const { cloud, client, messageId } = await sandboxScene();
    const id = (await reply(client, messageId)).data?.message_id ?? "";
    const edit = (words: string) =>
      client.im.v1.message.update({
        path: { message_id: id },
        data: { msg_type: "text", content: textContent(words) },
      });
    for (let count = 1; count <= 20; count++) await edit(`edit ${count}`);
    await expect(edit("too much")).rejects.toMatchObject(refusal(230072));
    expect(cloud.message(id)).toMatchObject({ text: "edit 20", edits: 20 });
    const theirs = client.im.v1.message.update({
      path: { message_id: messageId },
      data: { msg_type: "text", content: textContent("mine now") },
    });
    await expect(theirs).rejects.toMatchObject(refusal(230071));
  });

  it("changes a card that allows it, and nothing else", async () => {
    const { cloud, client, chatId, messageId } = await sandboxScene();
    const card = (words: string, config = {}) =>
      JSON.stringify({ schema: "2.0", config, body: { elements: [{ tag: "markdown", content: words }] } });
    const patch = (id: string, content: string) =>
      client.im.v1.message.patch({ path: { message_id: id }, data: { content } });
    const sendCard = async (content: string) =>
      (await sendToChat(client, chatId, { msg_type: "interactive", content })).data?.message_id ?? "";
    const id = await sendCard(card("before"));
    expect(await patch(id, card("after"))).toMatchObject({ code: 0 });
    expect(cloud.message(id)?.card).toMatchObject({ body: { elements: [{ content: "after" }] } });
    await expect(patch(id, card("no", { update_multi: false }))).rejects.toMatchObject(refusal(230001));
    const shut = await sendCard(card("shut", { update_multi: false }));
    await expect(patch(shut, card("open"))).rejects.toMatchObject(refusal(230001));
    const plain = (await reply(client, messageId)).data?.message_id ?? "";
    await expect(patch(plain, card("card"))).rejects.toMatchObject(refusal(230001));
  });

  it("recalls the bot's own message, not a person's", async () => {
    const { cloud, client, messageId } = await sandboxScene();
    const id = (await reply(client, messageId)).data?.message_id ?? "";
    const recall = (message_id: string) => client.im.v1.message.delete({ path: { message_id } });
    expect(await recall(id)).toMatchObject({ code: 0 });
    expect(cloud.message(id)?.recalled).toBe(true);
    await expect(recall(id)).rejects.toMatchObject(refusal(230011));
    await expect(recall(messageId)).rejects.toMatchObject(refusal(230026));
    const got = await client.im.v1.message.get({ path: { message_id: id } });
    expect(got.data?.items).toMatchObject([{ message_id: id, deleted: true }]);
  });

  it("adds, lists and takes back a reaction", async () => {
    const { cloud, app, client, ann, messageId } = await sandboxScene();
    cloud.react({ messageId, from: ann, emoji: "SMILE" });
    const path = { message_id: messageId };
    const added = await client.im.v1.messageReaction.create({ path, data: { reaction_type: { emoji_type: "OK" } } });
    const listed = await client.im.v1.messageReaction.list({ path });
    expect(listed.data?.items).toMatchObject([
      { operator: { operator_id: ann.openId, operator_type: "user" }, reaction_type: { emoji_type: "SMILE" } },
      { operator: { operator_id: app.appId, operator_type: "app" }, reaction_type: { emoji_type: "OK" } },
    ]);
    const remove = (id = "") => client.im.v1.messageReaction.delete({ path: { ...path, reaction_id: id } });
    await expect(remove(listed.data?.items?.[0]?.reaction_id)).rejects.toMatchObject(refusal(231007));
    await remove(added.data?.reaction_id);
    expect(cloud.message(messageId)?.reactions).toMatchObject([{ emoji: "SMILE" }]);
  });
});
