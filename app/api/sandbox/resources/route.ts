// The bytes of an image or a file that stands in a chat of a sandbox bot.
import { getSandboxResourceEndpoint } from "@/app/api/_endpoints/sandbox";
import { route } from "@/app/api/_http/route";
import { found, requireSandboxBot } from "@/app/api/sandbox/_bot";
import { imageTypeOf } from "@/lib/sandbox/room";

export const GET = route(getSandboxResourceEndpoint, async ({ runtime, viewer, query }) => {
  const { room } = await requireSandboxBot(runtime, viewer, query.botId);
  const { bytes, fileName } = found(room.resource(query.key), "upload");
  const imageType = imageTypeOf(bytes);
  return new Response(new Uint8Array(bytes), {
    headers: {
      // Whatever is no image is saved, never shown: a page of a stranger must not run under this address.
      "content-type": imageType ?? "application/octet-stream",
      "content-disposition": `${imageType ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(fileName)}`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cache-control": "private, max-age=3600",
    },
  });
});
