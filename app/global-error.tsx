"use client";
import "./globals.css";
import { Button } from "@/app/_components/parts/button";
import { useReturn } from "@/app/_components/requests/use-return";

/** When not even the frame of a page could be made: no texts can be asked for here, so both languages are said. */
export default function EverythingFailed({ reset }: { error: Error; reset: () => void }) {
  useReturn();
  return (
    <html lang="en">
      <body>
        <main className="mx-auto grid min-h-dvh max-w-[34rem] content-center justify-items-start gap-3 px-4">
          <h1>Larkspur does not answer. · Larkspur 没有响应。</h1>
          <p className="text-pretty text-ink-2">
            The server may be starting, or cannot reach its database: its log says which. ·
            服务器可能正在启动，或无法连接数据库：请查看它的日志。
          </p>
          <Button look="primary" onClick={reset}>
            Try again · 重试
          </Button>
        </main>
      </body>
    </html>
  );
}
