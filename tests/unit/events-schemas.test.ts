import { describe, expect, test } from "vitest";
import { idempotencyKeySchema, sendMessageSchema } from "@/lib/events/schemas";

const pathsOf = (input: unknown) => sendMessageSchema.safeParse(input).error?.issues.map(({ path }) => path.join("."));

describe("the input of a message to be sent", () => {
  test.each([
    { receiveId: "oc_1", text: "hi" },
    { receiveId: "oc_1", markdown: "**hi**" },
    { receiveId: "oc_1", msgType: "image", content: { image_key: "img" } },
    { receiveId: "oc_1", msgType: "image", content: '{"image_key":"img"}' },
    { receiveId: "a@b.c", receiveIdType: "email", text: "hi", uuid: "x".repeat(50) },
  ])("takes %j", (input) => {
    expect(pathsOf(input)).toBeUndefined();
  });

  test.each([
    [{ receiveId: "oc_1" }, ["text"]],
    [{ receiveId: "oc_1", text: "a", markdown: "b" }, ["text"]],
    [{ receiveId: "oc_1", text: "a", msgType: "text", content: {} }, ["text"]],
    [{ receiveId: "oc_1", text: "a", content: {} }, ["text"]],
    [{ receiveId: "oc_1", msgType: "text" }, ["content"]],
    [{ receiveId: "oc_1", content: {} }, ["msgType"]],
    [{ receiveId: "oc_1", msgType: "text", content: "not JSON" }, ["content"]],
    [{ receiveId: "oc_1", msgType: "text", content: "[]" }, ["content"]],
    [{ receiveId: "oc_1", text: "" }, ["text"]],
    [{ text: "hi" }, ["receiveId"]],
    [{ receiveId: "oc_1", text: "hi", receiveIdType: "phone" }, ["receiveIdType"]],
    [{ receiveId: "oc_1", text: "hi", uuid: "x".repeat(51) }, ["uuid"]],
  ])("refuses %j", (input, paths) => {
    expect(pathsOf(input)).toEqual(paths);
  });

  test("refuses what it does not know", () => {
    expect(sendMessageSchema.safeParse({ receiveId: "oc_1", text: "hi", extra: 1 }).success).toBe(false);
  });

  test.each([
    ["", false],
    ["x", true],
    ["x".repeat(50), true],
    ["x".repeat(51), false],
  ])("an idempotency key %j is right: %s", (key, isRight) => {
    expect(idempotencyKeySchema.safeParse(key).success).toBe(isRight);
  });
});
