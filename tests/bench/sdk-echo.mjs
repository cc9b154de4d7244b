// What Larkspur is measured against: the bare SDK answering with what it hears, storing nothing. Reads BENCH_APPS, BENCH_ORIGIN
// and BENCH_CLIENT ("socket": WSClient and Client; "channel": LarkChannel) from the environment.
import * as lark from "@larksuiteoapi/node-sdk";

const silent = () => undefined;
const logger = { fatal: silent, error: silent, warn: silent, info: silent, debug: silent, trace: silent };
const apps = JSON.parse(process.env.BENCH_APPS ?? "[]");
const domain = process.env.BENCH_ORIGIN;

function ownCache() {
  const entries = new Map();
  return {
    get: async (key) => entries.get(String(key)),
    set: async (key, value) => Boolean(entries.set(String(key), value)),
  };
}

function startSocket({ appId, appSecret }) {
  const client = new lark.Client({ appId, appSecret, domain, logger, cache: ownCache() });
  const eventDispatcher = new lark.EventDispatcher({ logger }).register({
    "im.message.receive_v1": async ({ message }) => {
      await client.im.v1.message.reply({
        path: { message_id: message.message_id },
        data: { msg_type: "text", content: message.content },
      });
    },
  });
  new lark.WSClient({ appId, appSecret, domain, logger }).start({ eventDispatcher });
}

function startChannel({ appId, appSecret }) {
  const channel = lark.createLarkChannel({
    appId,
    appSecret,
    domain,
    logger,
    cache: ownCache(),
    transport: "websocket",
  });
  channel.on({
    message: async (message) => {
      await channel.send(message.chatId, { text: message.content }, { replyTo: message.messageId });
    },
  });
  return channel.connect();
}

const start = process.env.BENCH_CLIENT === "channel" ? startChannel : startSocket;
await Promise.all(apps.map(start));
