// Puts what was entered for a bot's reply into what is stored, and sees to it that the models it names are there.
import { and, eq, or } from "drizzle-orm";
import { type ReplyChange, replySchema } from "@/lib/bots/reply";
import type { Transaction } from "@/lib/db/client";
import type { Reply, Rule } from "@/lib/db/documents";
import { models } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";

/**
 * What is left out keeps its value; null and an empty text take it away. Another kind begins anew. Throws
 * `invalid_input` for a field that is missing or foreign to the kind.
 */
export function changedReply(before: Reply, change: ReplyChange): Reply {
  const kind = change.kind ?? before.kind;
  const kept = kind === before.kind ? before : {};
  const { secret, ...rest } = change;
  const foreign = secret !== undefined && kind !== "http" ? { secret } : {};
  const entered = Object.entries({ ...kept, ...rest, ...foreign, kind }).filter(
    ([, value]) => value !== null && value !== "",
  );
  const parsed = replySchema.safeParse(Object.fromEntries(entered));
  if (parsed.success) return parsed.data;
  // The type of each value was judged before: what is left is missing, or belongs to another kind.
  const fields = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: `reply.${key}`, message: "fields.notOfReply" }))
      : [{ path: ["reply", ...issue.path].join("."), message: "fields.required" }],
  );
  const problem = fields.map(({ path }) => path).join(", ");
  throw new AppError("invalid_input", "bot.replyIncomplete", { params: { kind, problem }, fields });
}

/** The models that a reply newly names must be there for whoever saves it; until then they cannot be deleted. */
export async function requireModels(tx: Transaction, viewer: Viewer, reply: Reply, before?: Reply): Promise<void> {
  if (reply.kind !== "ai") return;
  const known = before?.kind === "ai" ? before : undefined;
  for (const key of ["modelId", "fallbackModelId"] as const) {
    const id = reply[key];
    if (id === undefined || id === known?.[key]) continue;
    const seen = viewer.isAdmin ? undefined : or(eq(models.ownerId, viewer.userId), eq(models.shared, true));
    const [row] = id.includes("\0")
      ? []
      : await tx
          .select({ id: models.id })
          .from(models)
          .where(and(eq(models.id, id), seen))
          .for("key share");
    if (!row) {
      throw new AppError("invalid_input", "bot.noSuchModel", {
        fields: [{ path: `reply.${key}`, message: "fields.noSuchModel" }],
      });
    }
  }
}

/** The models of rules are judged like those of the bot's own reply; `before` are the rules that were judged already. */
export async function requireRuleReplies(
  tx: Transaction,
  viewer: Viewer,
  rules: Rule[] = [],
  before: Rule[] = [],
): Promise<void> {
  const known = new Set(before.map(({ action }) => (action.kind === "reply" ? JSON.stringify(action.reply) : "")));
  for (const { action } of rules) {
    if (action.kind !== "reply" || known.has(JSON.stringify(action.reply))) continue;
    await requireModels(tx, viewer, action.reply);
  }
}
