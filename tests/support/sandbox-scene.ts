// A simulated cloud with one app, its SDK client, and a direct chat in which Ann said "hello".
import { registerTestApp, startTestCloud } from "./cloud";
import { sdkClient } from "./sdk";

type Overrides = Parameters<typeof registerTestApp>[1];
type Settings = NonNullable<Parameters<typeof startTestCloud>[0]>["settings"];

export async function sandboxScene(settings: Settings = {}, appOverrides: Overrides = {}) {
  const cloud = await startTestCloud({ settings });
  const app = registerTestApp(cloud, appOverrides);
  const ann = cloud.person("Ann");
  const { chatId } = cloud.directChat(app.appId, ann);
  const { messageId } = cloud.say({ appId: app.appId, chatId, from: ann, text: "hello" });
  return { cloud, app, client: sdkClient(cloud, app), ann, chatId, messageId };
}

type Client = ReturnType<typeof sdkClient>;

/** Sends to a chat; text unless the type says otherwise. */
export function sendToChat(
  client: Client,
  chatId: string,
  data: { msg_type?: string; content: string; uuid?: string },
) {
  return client.im.v1.message.create({
    params: { receive_id_type: "chat_id" },
    data: { receive_id: chatId, msg_type: "text", ...data },
  });
}

export function textContent(words: string): string {
  return JSON.stringify({ text: words });
}

/** What the SDK rejects with when Feishu refuses; for `toMatchObject`. */
export function refusal(code: number, status = 400) {
  return { response: { status, data: { code } } };
}
