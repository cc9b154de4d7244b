import { expect, test } from "vitest";
import { webhookHeaders } from "@/lib/responders/signature";

// The example of the Standard Webhooks libraries' own tests.
const call = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  at: new Date(1_614_265_330_999),
  body: '{"test": 2432232314}',
};

test("signs as the libraries of Standard Webhooks do", () => {
  expect(webhookHeaders("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", call)).toEqual({
    "webhook-id": call.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("takes any other text as it is, and signs nothing without a secret", () => {
  const { "webhook-signature": signature } = webhookHeaders("密钥 of my own", call);
  expect(signature).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  expect(signature).not.toBe(webhookHeaders("another", call)["webhook-signature"]);
  expect(webhookHeaders(undefined, call)).not.toHaveProperty("webhook-signature");
});
