// The way from this server to the bot's cloud, as its calls go: the name, TLS, the proxy, and the two clocks.
import { dateOf } from "@/lib/doctor/app";
import type { Check, Patient } from "@/lib/doctor/telling";
import { describeReason } from "@/lib/errors";
import { proxyOf } from "@/lib/feishu/network";
import { proxyName } from "@/lib/feishu/proxy";
import { type Reached, resolveName, tlsTrouble } from "@/lib/feishu/reachability";

const NOTICED_SKEW_SECONDS = 60;
/** A signed webhook is refused with more. */
const HARMFUL_SKEW_SECONDS = 300;

/** Where the bot's calls go; undefined when its credentials are not there. */
const goalOf = ({ credentials }: Patient) => {
  if (!credentials) return undefined;
  const { origin, proxy: own } = credentials;
  const proxy = proxyOf(origin, own);
  const { host, hostname } = new URL(origin);
  return { origin, own, host, hostname, proxy: proxy && proxyName(proxy) };
};

export async function checkName(patient: Patient): Promise<Check> {
  const { tell } = patient;
  const goal = goalOf(patient);
  if (!goal) return tell("dns", "skip", "unknown");
  const answer = await resolveName(goal.origin, goal.own);
  const { hostname: host, proxy = "" } = goal;
  if (answer.kind === "resolved") {
    return tell("dns", "pass", "resolved", { params: { host, addresses: answer.addresses.slice(0, 3).join(", ") } });
  }
  if (answer.kind === "failed") {
    return tell("dns", "fail", "failed", { params: { host, problem: answer.problem }, fix: true });
  }
  return tell("dns", "skip", answer.kind, { params: { host, proxy } });
}

const isTls = (reached: Reached): boolean => !reached.ok && /^connection\.tls/.test(reached.reason.code);
const isName = (reached: Reached): boolean => !reached.ok && reached.reason.code === "connection.dns";

export async function checkTls(patient: Patient, reaching: Promise<Reached | null>): Promise<Check> {
  const { tell } = patient;
  const goal = goalOf(patient);
  if (!goal) return tell("tls", "skip", "unknown");
  const { origin, host, hostname } = goal;
  if (origin.startsWith("http:")) {
    const isLocal = /^(localhost|127\.|\[::1\])/.test(hostname);
    return isLocal
      ? tell("tls", "skip", "plain", { params: { host } })
      : tell("tls", "warn", "open", { params: { host }, fix: true });
  }
  const reached = await reaching;
  if (!reached) return tell("tls", "skip", "unknown");
  if (reached.ok) {
    const { issuer = "?", validTo } = reached.certificate ?? {};
    return validTo
      ? tell("tls", "pass", "trusted", { params: { host, issuer, until: dateOf(patient, validTo) } })
      : tell("tls", "pass", "up", { params: { host } });
  }
  if (!isTls(reached)) return tell("tls", "skip", "unreached", { params: { host } });
  const problem = String(reached.reason.params?.problem ?? "");
  return tell("tls", "fail", tlsTrouble(problem), { params: { host, problem }, fix: true });
}

export async function checkWay(patient: Patient, reaching: Promise<Reached | null>): Promise<Check> {
  const { tell, locale } = patient;
  const goal = goalOf(patient);
  const reached = await reaching;
  if (!goal || !reached) return tell("proxy", "skip", "unknown");
  const { host, proxy = "" } = goal;
  if (reached.ok) {
    return tell("proxy", "pass", proxy ? "through" : "direct", { params: { host, proxy, ms: reached.ms } });
  }
  if (isName(reached)) return tell("proxy", "skip", "noName", { params: { host } });
  // The way was open as far as the certificate.
  if (isTls(reached)) return tell("proxy", "pass", proxy ? "openThrough" : "open", { params: { host, proxy } });
  return tell("proxy", "fail", proxy ? "failedThrough" : "failed", {
    params: { host, proxy },
    fix: true,
    detail: describeReason(reached.reason, locale),
  });
}

export async function checkClock(patient: Patient, reaching: Promise<Reached | null>): Promise<Check> {
  const { tell } = patient;
  const goal = goalOf(patient);
  const reached = await reaching;
  if (!goal || !reached?.ok || reached.skewMs === undefined) return tell("clock", "skip", "unknown");
  const seconds = Math.round(Math.abs(reached.skewMs) / 1000);
  const params = { host: goal.host, seconds, direction: reached.skewMs > 0 ? "behind" : "ahead" };
  if (seconds > HARMFUL_SKEW_SECONDS) return tell("clock", "fail", "wrong", { params, fix: true });
  if (seconds > NOTICED_SKEW_SECONDS) return tell("clock", "warn", "off", { params, fix: true });
  return tell("clock", "pass", "right", { params });
}
