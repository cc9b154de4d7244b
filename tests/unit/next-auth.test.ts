// What anybody may send to next-auth's addresses is refused as theirs, not answered as a fault of ours.
import { NextRequest } from "next/server";
import { expect, test } from "vitest";
import { handleNextAuth } from "@/lib/auth/next-auth";

test.each([
  ["no action", "GET", "nothing", "", "not_found"],
  ["a callback that nobody is sent to", "GET", "callback/credentials", "", "method_not_allowed"],
  ["an address that is none", "GET", "csrf?callbackUrl=javascript:x", "", "invalid_input"],
  ["a broken address", "GET", "csrf?callbackUrl=https://%25zz", "", "invalid_input"],
  ["an odd cookie", "GET", "csrf", "next-auth.callback-url=junk", "invalid_input"],
  ["an odd cookie over HTTPS", "POST", "signout", "__Secure-next-auth.callback-url=%00", "invalid_input"],
])("%s", async (_, method, path, cookie, code) => {
  const request = new NextRequest(`http://larkspur.test/api/auth/${path}`, { method, headers: { cookie } });
  const nextauth = (path.split("?", 1)[0] ?? "").split("/");
  const answer = handleNextAuth({} as never, request, { params: Promise.resolve({ nextauth }) });
  await expect(answer).rejects.toMatchObject({ code });
});
