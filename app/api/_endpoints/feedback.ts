// What people think of a bot's answers.
import { z } from "zod";
import { idParams } from "@/app/api/_endpoints/shared";
import { defineEndpoint } from "@/app/api/_http/endpoint";
import { feedbackSchema, MOST_FEEDBACK_DAYS } from "@/lib/events/feedback";

export const getFeedbackEndpoint = defineEndpoint({
  id: "getFeedback",
  method: "GET",
  path: "/api/feishu/bots/{id}/feedback",
  tag: "events",
  access: "viewer",
  params: idParams,
  subject: "bot",
  query: z.strictObject({
    days: z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .pipe(z.int().min(1).max(MOST_FEEDBACK_DAYS))
      .default(30)
      .meta({
        description: `1 to ${MOST_FEEDBACK_DAYS}`,
        override: { type: "integer", minimum: 1, maximum: MOST_FEEDBACK_DAYS, default: 30 },
      }),
  }),
  answer: feedbackSchema,
});
