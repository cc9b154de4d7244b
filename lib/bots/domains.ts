// Where each cloud lives.
import { AppError } from "@/lib/errors";

// The origins that the SDK's Domain.Feishu and Domain.Lark stand for.
const ORIGINS: Record<string, string> = {
  feishu: "https://open.feishu.cn",
  lark: "https://open.larksuite.com",
};

/** The origin of a bot's cloud. `sandboxOrigin` is where the simulated cloud listens, if it runs. */
export function originOf(domain: string, sandboxOrigin: string | undefined): string {
  if (domain !== "sandbox") return ORIGINS[domain] ?? domain;
  if (!sandboxOrigin) throw new AppError("unavailable", "bot.sandboxOff");
  return sandboxOrigin;
}
