// A person of the sandbox scans a QR code, and agrees to what it asks or refuses.
import { scanSandboxCodeEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { AppError } from "@/lib/errors";
import { requireRegistration } from "@/lib/registrations/store";
import { scanInRoom } from "@/lib/sandbox/room";

export const POST = route(scanSandboxCodeEndpoint, async ({ runtime, viewer, body }) => {
  const { domain, state, url } = await requireRegistration(runtime.db, viewer, body.registrationId);
  if (domain !== "sandbox") throw new AppError("conflict", "bot.notInSandbox");
  if (state !== "waiting") throw new AppError("conflict", "registration.notWaiting");
  if (!scanInRoom(await runtime.sandboxCloud(), url, body.agree))
    throw new AppError("conflict", "registration.notWaiting");
  return { success: true } as const;
});
