"use client";
import { createContext, type ReactNode, useContext, useState } from "react";
import { BotHead } from "@/app/_components/bot/bot-head";
import { BotTabs } from "@/app/_components/bot/bot-tabs";
import { Trouble } from "@/app/_components/bots/trouble";
import { type LiveBot, useOneBot } from "@/app/_components/bots/use-bots";
import { Failure } from "@/app/_components/parts/failure";
import type { RequestFailure } from "@/app/_components/requests/call";
import type { Bot } from "@/lib/bots/schemas";
import type { ConnectionStatus } from "@/lib/connections/status";

const CurrentBot = createContext<LiveBot<Bot> | null>(null);

/** The bot whose page this is, with its state as it is at this moment. */
export function useBot(): LiveBot<Bot> {
  const bot = useContext(CurrentBot);
  if (!bot) throw new Error("BotFrame is missing above this component");
  return bot;
}

type BotFrameProps = {
  bot: Bot;
  status: ConnectionStatus;
  noConnectionsOn?: string | undefined;
  children: ReactNode;
};

/** What all of a bot's pages share: its sentence, its switch, its troubles and its tabs. */
export function BotFrame({ bot, status, noConnectionsOn, children }: BotFrameProps) {
  const { live, move } = useOneBot(bot, status);
  const [failure, setFailure] = useState<RequestFailure | null>(null);
  return (
    <CurrentBot value={live}>
      <BotHead
        live={live}
        noConnectionsOn={noConnectionsOn}
        onMoved={(useWebSocket) => move(bot.id, { useWebSocket })}
        onFailed={setFailure}
      />
      <div className="mb-5 grid gap-2 empty:hidden">
        <Trouble botId={bot.id} state={live.state} status={live.status} />
        <Failure of={failure} />
      </div>
      <BotTabs botId={bot.id} />
      {children}
    </CurrentBot>
  );
}
