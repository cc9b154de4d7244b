// Changes a bot as the signed-in person.
import { call } from "@/app/_components/requests/call";
import type { UpdateBotInput } from "@/lib/bots/schemas";

export const saveBot = async (botId: string, change: UpdateBotInput): Promise<void> => {
  await call("PATCH", `/api/feishu/bots/${botId}`, change);
};
