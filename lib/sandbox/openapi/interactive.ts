// The delayed update of a card, with the token that came with its callback.
import { z } from "zod";
import { type ApiAnswer, type ApiCall, ApiError, type ApiRoute, parseBody } from "@/lib/sandbox/openapi/api";
import { judgeContent } from "@/lib/sandbox/openapi/content";
import { showCard } from "@/lib/sandbox/openapi/messages";
import { requireMessage } from "@/lib/sandbox/openapi/sending";
import type { SandboxState } from "@/lib/sandbox/state";

const INVALID_TOKEN = 300090;

const updateBody = z.object({ token: z.string().min(1), card: z.record(z.string(), z.unknown()) });

export const interactiveRoutes: ApiRoute[] = [
  { method: "POST", path: "/interactive/v1/card/update", handle: updateCard },
];

function updateCard(state: SandboxState, { app, body }: ApiCall): ApiAnswer {
  const { token, card } = parseBody(updateBody, body);
  const { open_ids: _, ...json } = card;
  const content = JSON.stringify(json);
  judgeContent(state, app.appId, "interactive", content);
  const messageId = state.cardTokens.use(app.appId, token);
  if (messageId === undefined) throw new ApiError(INVALID_TOKEN, "the token is invalid, expired or used up");
  showCard(state, requireMessage(state, app, messageId), content);
  return { msg: "ok" };
}
