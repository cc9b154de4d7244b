// The reader's time zone: what their browser said last, UTC until it has.
import { isTimeZone } from "@/lib/local-time";

export const TIME_ZONE_COOKIE = "larkspur_time_zone";

export const timeZoneOf = (said: string | undefined): string => (said && isTimeZone(said) ? said : "UTC");
