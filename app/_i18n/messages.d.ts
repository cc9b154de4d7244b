import type en from "@/lib/text/en.json";
import type { Locale } from "@/lib/text/translate";

declare module "next-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof en;
  }
}
