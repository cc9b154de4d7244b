// Thoughts that the model behind a service wrote into its answer: folded away as those of a model of Larkspur's own.
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { serviceOf } from "@/lib/bots/reach";
import type { HttpReply } from "@/lib/db/documents";
import { bots, users } from "@/lib/db/schema";
import { describeOnOneDatabase } from "@/tests/support/databases";
import { startService } from "@/tests/support/http-service";
import { testOwner } from "@/tests/support/inbox";
import { read } from "@/tests/support/model-scene";
import { openWork } from "@/tests/support/work";

type Sent = { type: string; body: string };

const events = (items: object[]): Sent => ({
  type: "text/event-stream",
  body: items.map((item) => `data: ${JSON.stringify(item)}\n\n`).join(""),
});
const details = '<details style="color:gray;" open> <summary> Thinking... </summary>\nHm.\n</details>\n\n';
const dify = [...`${details}Hello!`].map((answer) => ({ event: "message", answer }));
const own = [..."Hm.\n</think>\n\nHello!"].map((text) => ({ text }));
const json = (body: object): Sent => ({ type: "application/json", body: JSON.stringify(body) });

describeOnOneDatabase("thoughts of a service", (kind) => {
  const CASES: [string, HttpReply["protocol"], Sent, { text: string; hasThoughts: boolean }][] = [
    ["Dify's", "dify", events([...dify, { event: "message_end" }]), { text: "Hello!", hasThoughts: true }],
    ["an own stream's", undefined, events(own), { text: "Hello!", hasThoughts: true }],
    ["n8n's", "n8n", json({ output: "<think>Hm.</think>\n\nHello!" }), { text: "Hello!", hasThoughts: false }],
    [
      "an own service's",
      undefined,
      json({ text: "<Thought>Hm.</thought>Hello!" }),
      { text: "Hello!", hasThoughts: false },
    ],
    ["no", undefined, json({ text: "Say `<think>`." }), { text: "Say `<think>`.", hasThoughts: false }],
  ];

  test("are not part of its answer", async () => {
    let sent: Sent = json({});
    const service = await startService((_, response) => {
      response.writeHead(200, { "content-type": sent.type }).end(sent.body);
    });
    const url = `http://127.0.0.1:${service.port}`;
    const work = await openWork(kind, {}, { reply: { kind: "http", url, timeoutSeconds: 5 } });
    const { db } = work.database;
    await db.update(users).set({ role: "admin" }).where(eq(users.id, testOwner.userId));
    for (const [index, [what, protocol, body, shown]] of CASES.entries()) {
      sent = body;
      const reply: HttpReply = { kind: "http", url, timeoutSeconds: 5, ...(protocol ? { protocol } : {}) };
      const updatedAt = new Date(Date.now() + index);
      await db
        .update(bots)
        .set({ reply, insideServices: [serviceOf(reply)], updatedAt })
        .where(eq(bots.id, work.bot.id));
      await work.finished((await work.write("hello")).id);
      const answers = work.cloud.messages(work.chatOf("Ann")).filter(({ sender }) => sender.kind === "bot");
      expect(answers).toHaveLength(index + 1);
      expect(read(answers.at(-1)), what).toMatchObject(shown);
    }
  });
});
