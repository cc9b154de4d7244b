import type { Client } from "@larksuiteoapi/node-sdk";
import { describe, expect, it } from "vitest";
import { registerTestApp } from "../support/cloud";
import { refusal, sandboxScene, sendToChat } from "../support/sandbox-scene";
import { openSdkSocket, sdkClient } from "../support/sdk";
import { waitFor } from "../support/wait-for";

const streamingCard = {
  schema: "2.0",
  config: { streaming_mode: true },
  body: {
    elements: [
      { tag: "markdown", element_id: "answer", content: "" },
      { tag: "button", element_id: "more", text: { tag: "plain_text", content: "More" } },
    ],
  },
};

async function createCard(client: Client, card: object = streamingCard): Promise<string> {
  const created = await client.cardkit.v1.card.create({ data: { type: "card_json", data: JSON.stringify(card) } });
  return created.data?.card_id ?? "";
}

/** A card that streams in Ann's chat, and short ways to change it. */
async function cardScene(settings = {}) {
  const scene = await sandboxScene(settings);
  const { client, chatId, cloud } = scene;
  const cardId = await createCard(client);
  const content = JSON.stringify({ type: "card", data: { card_id: cardId } });
  const messageId = (await sendToChat(client, chatId, { msg_type: "interactive", content })).data?.message_id ?? "";
  const stream = (words: string, sequence: number, element = "answer", uuid?: string) =>
    client.cardkit.v1.cardElement.content({
      path: { card_id: cardId, element_id: element },
      data: { content: words, sequence, ...(uuid === undefined ? {} : { uuid }) },
    });
  const settingsTo = (config: object, sequence: number) =>
    client.cardkit.v1.card.settings({
      path: { card_id: cardId },
      data: { settings: JSON.stringify({ config }), sequence },
    });
  const shown = () => cloud.message(messageId)?.card as typeof streamingCard;
  return { ...scene, cardId, messageId, content, stream, settingsTo, shown };
}

describe("CardKit", () => {
  it("streams text into a card that people see grow", async () => {
    const { cloud, client, cardId, messageId, stream, settingsTo, shown } = await cardScene();
    const seen: unknown[] = [];
    cloud.on("change", ({ card }) => seen.push((card as typeof streamingCard).body.elements[0]?.content));
    await stream("Hel", 1);
    await stream("Hello", 2);
    await settingsTo({ streaming_mode: false, summary: { content: "Hello" } }, 5);
    expect(seen).toEqual(["Hel", "Hello", "Hello"]);
    expect(shown().config).toEqual({ streaming_mode: false, summary: { content: "Hello" } });
    expect(cloud.message(messageId)).toMatchObject({ messageType: "interactive", cardId });
    const converted = await client.cardkit.v1.card.idConvert({ data: { message_id: messageId } });
    expect(converted.data?.card_id).toBe(cardId);
  });

  it("refuses a sequence that does not grow, whatever the operation", async () => {
    const { client, cardId, stream, settingsTo, shown } = await cardScene();
    await stream("one", 7);
    await expect(stream("two", 7)).rejects.toMatchObject(refusal(300317));
    await expect(settingsTo({ streaming_mode: false }, 6)).rejects.toMatchObject(refusal(300317));
    const update = client.cardkit.v1.card.update({
      path: { card_id: cardId },
      data: { card: { type: "card_json", data: JSON.stringify(streamingCard) }, sequence: 1 },
    });
    await expect(update).rejects.toMatchObject(refusal(300317));
    expect(shown().body.elements[0]?.content).toBe("one");
    await stream("three", 100);
    expect(shown().body.elements[0]?.content).toBe("three");
  });

  it("does not use up the sequence of a refused change", async () => {
    const { stream } = await cardScene();
    await expect(stream("x", 1, "nobody")).rejects.toMatchObject(refusal(300313));
    expect(await stream("x", 1)).toMatchObject({ code: 0 });
  });

  it("refuses to stream into what is no text, after streaming is off, and under a used uuid", async () => {
    const { stream, settingsTo } = await cardScene();
    await expect(stream("x", 1, "more")).rejects.toMatchObject(refusal(300310));
    await stream("x", 2, "answer", "u1");
    await expect(stream("y", 3, "answer", "u1")).rejects.toMatchObject(refusal(200770));
    await settingsTo({ streaming_mode: false }, 4);
    await expect(stream("z", 5)).rejects.toMatchObject(refusal(300309));
  });

  it("closes streaming mode by itself, until it is opened again", async () => {
    const { cloud, stream, settingsTo, shown } = await cardScene();
    await stream("x", 1);
    cloud.settings.cardStreamingMs = -1;
    await expect(stream("y", 2)).rejects.toMatchObject(refusal(200850));
    expect(shown().config.streaming_mode).toBe(false);
    cloud.settings.cardStreamingMs = 600_000;
    await settingsTo({ streaming_mode: true }, 3);
    expect(await stream("y", 4)).toMatchObject({ code: 0 });
  });

  it("sends a card entity once, and only for its own app", async () => {
    const { cloud, client, chatId, content } = await cardScene();
    await expect(sendToChat(client, chatId, { msg_type: "interactive", content })).rejects.toMatchObject(
      refusal(230099),
    );
    const other = registerTestApp(cloud);
    const otherClient = sdkClient(cloud, other);
    const mine = await createCard(client);
    const elsewhere = cloud.directChat(other.appId, "Ann");
    const stolen = { msg_type: "interactive", content: JSON.stringify({ type: "card", data: { card_id: mine } }) };
    await expect(sendToChat(otherClient, elsewhere.chatId, stolen)).rejects.toMatchObject(refusal(230099));
    const change = otherClient.cardkit.v1.card.settings({
      path: { card_id: mine },
      data: { settings: '{"config":{}}', sequence: 1 },
    });
    await expect(change).rejects.toMatchObject(refusal(300311));
  });

  it.each([
    ["version 1", { elements: [] }, 200220],
    ["update_multi false", { ...streamingCard, config: { update_multi: false } }, 300302],
    [
      "more than 30 KB",
      { schema: "2.0", body: { elements: [{ tag: "markdown", content: "x".repeat(31_000) }] } },
      200860,
    ],
  ])("refuses to make a card of %s", async (_, card, code) => {
    const { client } = await sandboxScene();
    await expect(createCard(client, card)).rejects.toMatchObject(refusal(code));
  });

  it("adds, changes, replaces and deletes elements", async () => {
    const { client, cardId, shown } = await cardScene();
    const path = { card_id: cardId };
    const at = (element_id: string) => ({ card_id: cardId, element_id });
    const note = JSON.stringify([{ tag: "markdown", element_id: "note", content: "note" }]);
    const elements = client.cardkit.v1.cardElement;
    await elements.create({
      path,
      data: { type: "insert_before", target_element_id: "more", elements: note, sequence: 1 },
    });
    expect(shown().body.elements.map(({ element_id }) => element_id)).toEqual(["answer", "note", "more"]);
    await elements.patch({ path: at("note"), data: { partial_element: '{"content":"changed"}', sequence: 2 } });
    await elements.update({ path: at("more"), data: { element: '{"tag":"hr","element_id":"line"}', sequence: 3 } });
    await elements.delete({ path: at("answer"), data: { sequence: 4 } });
    expect(shown().body.elements).toEqual([
      { tag: "markdown", element_id: "note", content: "changed" },
      { tag: "hr", element_id: "line" },
    ]);
    const gone = elements.delete({ path: at("answer"), data: { sequence: 5 } });
    await expect(gone).rejects.toMatchObject(refusal(300313));
  });

  it("carries out all the changes of a batch or none", async () => {
    const { client, cardId, shown } = await cardScene();
    const batch = (actions: object[], sequence: number) =>
      client.cardkit.v1.card.batchUpdate({
        path: { card_id: cardId },
        data: { actions: JSON.stringify(actions), sequence },
      });
    const words = {
      action: "partial_update_element",
      params: { element_id: "answer", partial_element: { content: "hi" } },
    };
    const broken = { action: "delete_elements", params: { element_ids: ["nobody"] } };
    await expect(batch([words, broken], 1)).rejects.toMatchObject(refusal(300313));
    expect(shown()).toEqual(streamingCard);
    const off = { action: "partial_update_setting", params: { settings: { config: { streaming_mode: false } } } };
    const added = { action: "add_elements", params: { type: "append", elements: [{ tag: "hr", element_id: "line" }] } };
    await batch([words, off, added, { action: "delete_elements", params: { element_ids: ["more"] } }], 1);
    expect(shown()).toEqual({
      schema: "2.0",
      config: { streaming_mode: false },
      body: {
        elements: [
          { tag: "markdown", element_id: "answer", content: "hi" },
          { tag: "hr", element_id: "line" },
        ],
      },
    });
  });

  it("lets ten operations a second at one card", async () => {
    const { stream } = await cardScene({ rateLimits: true });
    const results = await Promise.allSettled(Array.from({ length: 45 }, (_, index) => stream("x", index + 1)));
    const codes = results.map((result) => (result.status === "rejected" ? result.reason.response.data.code : 0));
    expect(codes).toContain(99991400);
  });
});

describe("a card's button", () => {
  const card = (words: string) =>
    JSON.stringify({ schema: "2.0", body: { elements: [{ tag: "markdown", content: words }] } });

  async function buttonScene(handler: (event: Record<string, unknown>) => Promise<unknown>, settings = {}) {
    const scene = await sandboxScene(settings);
    await openSdkSocket(scene.cloud, scene.app, { ["card.action.trigger" as string]: handler });
    const sent = await sendToChat(scene.client, scene.chatId, { msg_type: "interactive", content: card("before") });
    const messageId = sent.data?.message_id ?? "";
    const press = () =>
      scene.cloud.pressCard({ messageId, from: "Ann", action: { tag: "button", name: "b", value: { k: "v" } } });
    return { ...scene, cardMessageId: messageId, press };
  }

  it("reaches the bot with who pressed what, and brings back its toast and its new card", async () => {
    const events: Record<string, unknown>[] = [];
    const answer = {
      toast: { type: "success", content: "Done" },
      card: { type: "raw", data: JSON.parse(card("after")) },
    };
    const { cloud, ann, chatId, cardMessageId, press } = await buttonScene(async (event) => {
      events.push(event);
      return answer;
    });
    expect(await press()).toMatchObject({ ok: true, toast: answer.toast });
    expect(events).toMatchObject([
      {
        operator: { open_id: ann.openId },
        action: { tag: "button", name: "b", value: { k: "v" } },
        context: { open_message_id: cardMessageId, open_chat_id: chatId },
        token: expect.stringMatching(/^c-/),
      },
    ]);
    expect(cloud.message(cardMessageId)?.card).toEqual(answer.card.data);
  });

  it("is not pushed again when the bot fails or says nothing, or is not there", async () => {
    const failing = await buttonScene(() => Promise.reject(new Error("no")), { ladderMs: [1] });
    expect(await failing.press()).toMatchObject({ ok: false });
    const silent = await buttonScene(() => new Promise(() => undefined), { ackTimeoutMs: 50, ladderMs: [1] });
    expect(await silent.press()).toMatchObject({ ok: false });
    for (const { cloud, app } of [failing, silent]) {
      expect(cloud.deliveries(app.appId).find(({ eventType }) => eventType === "card.action.trigger")).toMatchObject({
        state: "given-up",
        attempts: [{}],
      });
    }
    silent.cloud.cut(silent.app.appId);
    await waitFor(() => silent.cloud.connections(silent.app.appId).length === 0, "the connection to end");
    expect(await silent.press()).toMatchObject({ ok: false });
  });

  it("gives a token with which the card can be changed later, twice", async () => {
    const tokens: unknown[] = [];
    const { cloud, client, cardMessageId, press } = await buttonScene(async (event) => {
      tokens.push(event.token);
    });
    await press();
    const update = (words: string) =>
      client.request({
        method: "POST",
        url: "/open-apis/interactive/v1/card/update",
        data: { token: tokens[0], card: JSON.parse(card(words)) },
      });
    await update("first");
    await update("second");
    await expect(update("third")).rejects.toMatchObject({ response: { status: 400 } });
    expect(cloud.message(cardMessageId)?.card).toEqual(JSON.parse(card("second")));
  });
});
