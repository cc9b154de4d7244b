// What people of the sandbox send beside words, and how a bot reads it again.
import { expect, test } from "vitest";
import { refusal, sandboxScene, sendToChat, textContent } from "../support/sandbox-scene";

test("people send images, files, voices and rich text, whose bytes the bot gets through the message", async () => {
  const { cloud, app, client, ann, chatId, messageId } = await sandboxScene();
  const to = { appId: app.appId, chatId, from: ann };
  const image = cloud.sendImage({ ...to, bytes: Buffer.from("pixels"), parentId: messageId });
  const file = cloud.sendFile({ ...to, bytes: Buffer.from("words"), fileName: "报告.txt" });
  const voice = cloud.sendVoice({ ...to, bytes: Buffer.from("sound"), ms: 1_500 });
  const post = cloud.sendPost({
    ...to,
    title: "Look",
    paragraphs: [[{ text: "at " }, { image: Buffer.from("post pixels") }, { mention: "bot" }]],
  });
  expect(cloud.message(image.messageId)).toMatchObject({ messageType: "image", parentId: messageId });
  const content = (id: string) => JSON.parse(cloud.message(id)?.content ?? "{}");
  const bytesOf = async (message_id: string, file_key: string, type: string) => {
    const download = await client.im.v1.messageResource.get({ path: { message_id, file_key }, params: { type } });
    const chunks: Buffer[] = [];
    for await (const chunk of download?.getReadableStream() ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  expect(await bytesOf(image.messageId, content(image.messageId).image_key, "image")).toBe("pixels");
  expect(content(file.messageId)).toMatchObject({ file_name: "报告.txt" });
  expect(await bytesOf(file.messageId, content(file.messageId).file_key, "file")).toBe("words");
  expect(content(voice.messageId)).toMatchObject({ duration: 1_500 });
  const [[, img, at]] = content(post.messageId).content;
  expect(at).toMatchObject({ tag: "at", user_id: "@_user_1" });
  expect(await bytesOf(post.messageId, img.image_key, "image")).toBe("post pixels");
});

test("a merged forward is read with everything in it, and gives no bytes", async () => {
  const { cloud, app, client, ann, chatId, messageId } = await sandboxScene();
  const to = { appId: app.appId, chatId, from: ann };
  const picture = cloud.sendImage({ ...to, bytes: Buffer.from("pixels") });
  const inner = cloud.forward({ ...to, messageIds: [messageId] });
  const outer = cloud.forward({ ...to, from: "Bo", messageIds: [picture.messageId, inner.messageId] });
  const { data } = await client.im.v1.message.get({ path: { message_id: outer.messageId } });
  const [whole, first, second, third, ...rest] = data?.items ?? [];
  expect(rest).toEqual([]);
  expect(whole).toMatchObject({ msg_type: "merge_forward", body: { content: "Merged and Forwarded Message" } });
  expect(first).toMatchObject({ msg_type: "image", upper_message_id: outer.messageId, sender: { id: ann.openId } });
  expect(second).toMatchObject({ msg_type: "merge_forward", upper_message_id: outer.messageId });
  expect(third).toMatchObject({ msg_type: "text", upper_message_id: second?.message_id });
  const { image_key } = JSON.parse(first?.body?.content ?? "{}");
  for (const message_id of [outer.messageId, first?.message_id ?? ""]) {
    const download = client.im.v1.messageResource.get({
      path: { message_id, file_key: image_key },
      params: { type: "image" },
    });
    await expect(download).rejects.toMatchObject({ response: { status: 400 } });
  }
});

test("a group's messages are read by an app that may hear all of it, and by others only their own", async () => {
  const { cloud, app, client } = await sandboxScene({}, { scopes: ["im:message", "im:message:readonly"] });
  const { chatId } = cloud.group("Team", { apps: [app.appId], people: ["Ann"] });
  const said = cloud.say({ appId: app.appId, chatId, from: "Ann", text: "among us" });
  const read = (message_id: string) => client.im.v1.message.get({ path: { message_id } });
  await expect(read(said.messageId)).rejects.toMatchObject(refusal(230027));
  const own = await sendToChat(client, chatId, { content: textContent("mine") });
  expect((await read(own.data?.message_id ?? "")).data?.items).toHaveLength(1);
  cloud.registerApp({ appId: app.appId, appSecret: app.appSecret, scopes: ["im:message", "im:message.group_msg"] });
  expect((await read(said.messageId)).data?.items).toHaveLength(1);
});
