// How the doctor tells what it found: the form of a finding, its words, its link, and the limit to the wait for it.
import { z } from "zod";
import { type ConsolePage, consolePage } from "@/lib/bots/consoles";
import type { BotCredentials } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";
import type { Database } from "@/lib/db/client";
import type { BotRow } from "@/lib/db/schema";
import type { FeishuApis } from "@/lib/feishu/api";
import type { Platform } from "@/lib/platform";
import { type Locale, type TextParams, translate } from "@/lib/text/translate";

const checkId = z.enum([
  "credentials",
  "bot",
  "scopes",
  "connection",
  "clients",
  "events",
  "console",
  "webhook",
  "dns",
  "tls",
  "proxy",
  "clock",
]);
export type CheckId = z.infer<typeof checkId>;

export const checkSchema = z
  .object({
    id: checkId,
    status: z
      .enum(["pass", "warn", "fail", "skip"])
      .meta({ description: "skip: does not apply or cannot be checked from here. See `detail`" }),
    finding: z.string().meta({ description: "The finding, as a stable identifier" }),
    title: z.string(),
    detail: z.string().meta({ description: "What was found" }),
    fix: z.string().optional().meta({ description: "How to fix it, or what to check manually" }),
    link: z.string().optional().meta({ description: "The developer console page to fix it on" }),
  })
  .meta({ id: "Check" });
export type Check = z.infer<typeof checkSchema>;

export type DoctorContext = {
  db: Database;
  apis: FeishuApis;
  platform: Platform;
  loadCredentials(botId: string): Promise<BotCredentials | null>;
};

export type Patient = {
  bot: BotRow;
  /** Null: not stored, or not to be opened. */
  credentials: BotCredentials | null;
  status: ConnectionStatus;
  locale: Locale;
  /** The reader's, by its IANA name. */
  timeZone: string;
  tell: Tell;
  context: DoctorContext;
  /** No check may take longer. */
  limitMs: number;
};

type More = {
  params?: TextParams;
  /** There is a cure in the catalogs. */
  fix?: boolean;
  page?: ConsolePage;
  /** Instead of the catalog's words. */
  detail?: string;
};

/** Words come from the catalogs: `doctor.<id>.title`, `.<finding>` and, where there is a cure, `.<finding>Fix`. */
export type Tell = (id: CheckId, status: Check["status"], finding: string, more?: More) => Check;

export function teller(bot: Pick<BotRow, "domain" | "appId">, locale: Locale): Tell {
  return (id, status, finding, { params, fix, page, detail } = {}) => {
    const link = page && consolePage(bot, page);
    return {
      id,
      status,
      finding,
      title: translate(locale, `doctor.${id}.title`),
      detail: detail ?? translate(locale, `doctor.${id}.${finding}`, params),
      ...(fix ? { fix: translate(locale, `doctor.${id}.${finding}Fix`, params) } : {}),
      ...(link ? { link } : {}),
    };
  };
}

/** The finding of a check, or, when it hangs, that. */
export async function limited({ locale, limitMs }: Patient, id: CheckId, check: Promise<Check>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Check>((resolve) => {
    timer = setTimeout(() => {
      const params = { seconds: Math.ceil(limitMs / 1000) };
      resolve({
        id,
        status: "warn",
        finding: "late",
        title: translate(locale, `doctor.${id}.title`),
        detail: translate(locale, "doctor.late", params),
        fix: translate(locale, "doctor.lateFix"),
      });
    }, limitMs);
  });
  return Promise.race([check, late]).finally(() => clearTimeout(timer));
}
