// Takes an image or a file, to be sent to a sandbox bot with a message.
import { uploadToSandboxEndpoint } from "@/app/api/_endpoints/sandbox";
import { readBody } from "@/app/api/_http/input";
import { route } from "@/app/api/_http/route";
import { requireSandboxBot } from "@/app/api/sandbox/_bot";
import { AppError } from "@/lib/errors";

const LIMIT_BYTES = 10 * 1024 * 1024; // Feishu's own for an image

export const POST = route(uploadToSandboxEndpoint, async ({ request, runtime, viewer, query }) => {
  const { room } = await requireSandboxBot(runtime, viewer, query.botId);
  const bytes = await readBody(request, LIMIT_BYTES);
  if (bytes.length === 0) throw new AppError("invalid_input", "bot.sandboxEmptyFile");
  return room.attach({ bytes, fileName: query.name });
});
