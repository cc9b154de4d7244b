// The refusal of Feishu's gateway to calls above a frequency limit.
import { ApiError } from "@/lib/sandbox/openapi/api";

/** HTTP 429 and the seconds to wait in a header. */
export function frequencyLimit(waitMs: number): ApiError {
  return new ApiError(99991400, "request trigger frequency limit", {
    status: 429,
    headers: { "x-ogw-ratelimit-limit": "50", "x-ogw-ratelimit-reset": String(Math.ceil(waitMs / 1000)) },
  });
}
