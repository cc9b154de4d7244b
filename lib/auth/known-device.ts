// A cookie of a browser in which somebody has signed in: it guesses on an allowance of its own, so that nobody else's guesses keep its owner out.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

const COOKIE = "larkspur.device";
const SECURE_COOKIE = `__Host-${COOKIE}`;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

type Cookies = { get(name: string): { value: string } | undefined };
type Device = { userId: string; deviceId: string };

const nameOf = (isSecure: boolean) => (isSecure ? SECURE_COOKIE : COOKIE);

const signatureOf = (secret: string, { userId, deviceId }: Device): Buffer =>
  createHmac("sha256", secret).update(`known device ${userId} ${deviceId}`).digest();

/** The id of the device, where this person has signed in on it. */
export function knownDevice(
  cookies: Cookies,
  { userId, secret, isSecure }: { userId: string; secret: string; isSecure: boolean },
): string | undefined {
  const [deviceId = "", signature = ""] = cookies.get(nameOf(isSecure))?.value.split(".") ?? [];
  const given = Buffer.from(signature, "base64url");
  const right = signatureOf(secret, { userId, deviceId });
  return given.length === right.length && timingSafeEqual(given, right) ? deviceId : undefined;
}

/** A `Set-Cookie` header that makes this device known as the person's. */
export function deviceCookie({ userId, secret, isSecure }: { userId: string; secret: string; isSecure: boolean }) {
  const deviceId = randomUUID();
  const value = `${deviceId}.${signatureOf(secret, { userId, deviceId }).toString("base64url")}`;
  const secure = isSecure ? "; Secure" : "";
  return `${nameOf(isSecure)}=${value}; Path=/; Max-Age=${YEAR_SECONDS}; HttpOnly; SameSite=Lax${secure}`;
}
