// Answers for a Larkspur bot, with nothing but Node: SECRET=whsec_… PORT=8080 node http-service.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { SECRET = "", PORT = "8080" } = process.env;
if (!SECRET) throw new Error("Set SECRET to the signing secret of the bot's reply.");
const key = SECRET.startsWith("whsec_") ? Buffer.from(SECRET.slice(6), "base64") : Buffer.from(SECRET);

function isFromLarkspur(headers, body) {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature = "" } = headers;
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < 300)) return false;
  const expected = Buffer.from(`v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  if (!isFromLarkspur(request.headers, body)) return response.writeHead(401).end("The signature does not match.");
  const { message, history } = JSON.parse(body);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ markdown: `You said **${message.text}**, after ${history.length} messages.` }));
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
