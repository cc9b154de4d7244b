import { describe, expect, it } from "vitest";
import { registerTestApp, startTestCloud } from "../support/cloud";
import { openSdkSocket, sdkClient } from "../support/sdk";
import { waitFor } from "../support/wait-for";

describe("messages of the sandbox", () => {
  it("carries an echo from a person to the unmodified SDK and back", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud, { name: "Echo" });
    const client = sdkClient(cloud, app);
    await openSdkSocket(cloud, app, {
      "im.message.receive_v1": async ({ message }) => {
        await client.im.v1.message.reply({
          path: { message_id: message.message_id },
          data: { msg_type: "text", content: message.content },
        });
      },
    });
    const { chatId } = cloud.directChat(app.appId, "Ann");
    const { messageId, eventId } = cloud.say({ appId: app.appId, chatId, from: "Ann", text: "hello" });

    await waitFor(() => cloud.messages(chatId).length === 2, "the reply");
    const [said, replied] = cloud.messages(chatId);
    expect(said).toMatchObject({ messageId, text: "hello", sender: { kind: "person", name: "Ann" } });
    expect(replied).toMatchObject({
      text: "hello",
      parentId: messageId,
      rootId: messageId,
      sender: { kind: "bot", id: app.appId, name: "Echo" },
    });
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
    expect(cloud.deliveries(app.appId)).toMatchObject([
      { eventId, eventType: "im.message.receive_v1", attempts: [{ ackCode: 200 }], state: "done" },
    ]);
  });
});
