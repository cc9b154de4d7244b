// What people think of a bot's answers.
import { getFeedbackEndpoint } from "@/app/api/_endpoints/feedback";
import { route } from "@/app/api/_http/route";
import { readFeedback } from "@/lib/events/feedback";

export const GET = route(getFeedbackEndpoint, ({ runtime, params, query }) =>
  readFeedback(runtime.db, params.id, query.days),
);
