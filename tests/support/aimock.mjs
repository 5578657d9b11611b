// SPDX-License-Identifier: GPL-3.0-or-later
//
// A third-party mock of AI providers (@copilotkit/aimock, pinned in tests/clients) with answers that suit our
// tests, on a free port of 127.0.0.1.
//
//   node tests/support/aimock.mjs [--key KEY]
//
// Needs TOPDOG_CLIENTS, the folder with its node_modules ("./dev test" and "./dev shell" set it).  Prints one
// line, "READY http://127.0.0.1:PORT", once it listens, and ends when its standard input closes.  With --key
// only that API key is good, on every path (Ollama's too); any other, or none, gets 401.
//
// OpenAI dialect: POST /v1/chat/completions, /v1/responses, GET /v1/models.  Ollama: POST /api/chat,
// /api/generate, GET /api/tags (/api/version and /api/show: 404).  Anthropic: POST /v1/messages.  Gemini: POST
// /v1beta/models/MODEL:generateContent.  What it was sent: GET /__aimock/journal.
//
// What the last user message begins with decides; usage figures are prompt + completion tokens.
//
//   !markdown      heading, list, table, code block, link; 20 + 120
//   !long          some 2,000 tokens in 2,000 pieces of 5 characters, over about 4 seconds; 12 + 2000
//   !think         reasoning (reasoning_content), then the answer; 15 + 60
//   !tool          a call of the tool get_weather with {"city":"Oslo"}; 30 + 15
//   !stall         a stream whose first piece comes after 20 seconds
//   !401           401, code invalid_api_key
//   !404           404, code model_not_found
//   !429           429, code rate_limit_exceeded, Retry-After: 2
//   !quota         429, code insufficient_quota, Retry-After: 1
//   !500           500, type server_error
//   !malformed     200, application/json, a body that is not JSON, streamed or not
//   !disconnect    cut off in mid-stream after some pieces, without finish reason, usage or [DONE]
//   !hangup        the connection is closed before the first byte of the reply
//   anything else  "Hello! This is a plain answer."; 11 + 7
//
// What aimock cannot do (version 1.43), and this file does not fake:
//
// - A broken event in the middle of a good stream: !malformed spoils the whole reply, as JSON rather than SSE.
// - A 429 without Retry-After, so !quota has one, which OpenAI's own quota error has not.
// - Ollama's error shape {"error": "text"}: errors come in OpenAI's shape, {"error": {"message": ...}}, there too.
// - Ollama's token counts (always 0 in its last line), its "thinking" field (called "reasoning_content"), and
//   its /api/version and /api/show.
// - completion_tokens_details with reasoning_tokens in the OpenAI dialect (only on OpenRouter's paths).
// - Breaking off a reply that is not streamed: there !disconnect and !stall give the whole answer at once.

import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

const MODELS = ["gpt-4o-mini", "gpt-4o", "o4-mini", "llama3.2:3b"];

const MARKDOWN = `# Bread at home

A *short* plan with **three** steps:

1. Mix flour, water and salt.
2. Wait.
3. Bake at 230 °C.

| Flour | Water | Salt |
|-------|------:|-----:|
| 500 g | 350 g | 10 g |

\`\`\`python
def hydration (water, flour):
    return water / flour
\`\`\`

More in the [baker's handbook](https://example.org/bread).
`;

const LONG = Array.from({ length: 260 }, (_, i) => `${i + 1}. The river keeps its own slow time.\n`)
  .join("").slice(0, 10000);

const usage = (prompt, completion) => ({
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
});

const error = (status, message, type, code, extra = {}) => ({
  status, error: { message, type, param: null, code }, ...extra,
});

// trigger: [response, options of the fixture]
const ANSWERS = {
  markdown: [{ content: MARKDOWN, ...usage(20, 120) }],
  long: [{ content: LONG, ...usage(12, 2000) }, { chunkSize: 5, streamingProfile: { ttft: 100, tps: 500 } }],
  think: [{
    reasoning: "The user wants a sum. Seventeen and twenty-five: seven and five are twelve, carry one. Forty-two.",
    content: "17 + 25 = **42**",
    usage: { prompt_tokens: 15, completion_tokens: 60, total_tokens: 75, completion_tokens_details: { reasoning_tokens: 40 } },
  }],
  tool: [{ toolCalls: [{ id: "call_oslo", name: "get_weather", arguments: { city: "Oslo" } }], ...usage(30, 15) }],
  stall: [{ content: "Late, but here.", ...usage(10, 5) }, { streamingProfile: { ttft: 20000, tps: 100 } }],
  401: [error(401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key")],
  404: [error(404, "The model does not exist or you do not have access to it.", "invalid_request_error",
    "model_not_found")],
  429: [error(429, "Rate limit reached. Please try again in 2s.", "requests", "rate_limit_exceeded",
    { retryAfter: 2 })],
  quota: [error(429, "You exceeded your current quota, please check your plan and billing details.",
    "insufficient_quota", "insufficient_quota")],
  500: [error(500, "The server had an error while processing your request.", "server_error", null)],
  malformed: [{ content: "" }, { chaos: { malformedRate: 1 } }],
  // The pauses let the pieces before the cut reach the client.
  disconnect: [{ content: MARKDOWN, ...usage(20, 120) }, { chunkSize: 10, latency: 10, truncateAfterChunks: 8 }],
  hangup: [{ content: "" }, { chaos: { disconnectRate: 1 } }],
};
const PLAIN = { content: "Hello! This is a plain answer.", ...usage(11, 7) };

if (!process.env.TOPDOG_CLIENTS) {
  console.error("aimock: TOPDOG_CLIENTS is not set; run this through ./dev");
  process.exit(77);
}
const require = createRequire(join(process.env.TOPDOG_CLIENTS, "package.json"));
const { LLMock } = require("@copilotkit/aimock");

const options = { host: "127.0.0.1", port: 0, logLevel: "silent", chunkSize: 12 };
const key = process.argv.indexOf("--key");
if (key > 0)
  options.auth = { apiKeys: [process.argv[key + 1]] };

const mock = new LLMock(options);
for (const [trigger, [response, fixture]] of Object.entries(ANSWERS))
  mock.onMessage(new RegExp(`^\\s*!${trigger}\\b`), response, fixture);
// The models aimock lists are those that fixtures name.
for (const model of MODELS)
  mock.on({ model }, PLAIN);
mock.on({}, PLAIN);

await mock.start();
console.log(`READY ${mock.url}`);

process.stdin.resume();
process.stdin.on("close", async () => {
  await mock.stop();
  process.exit(0);
});
