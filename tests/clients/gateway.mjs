// SPDX-License-Identifier: GPL-3.0-or-later
//
// Other people's clients against our gateway, as their users would write it.  Prints TAP.
//
//   node tests/clients/gateway.mjs URL KEY MODEL COST
//
// URL is where "topdogctl serve" listens, KEY a client's key, MODEL one that tests/support/aimock.mjs answers for,
// COST what its plain answer costs in nano-dollars.
// Needs TOPDOG_CLIENTS, the folder with node_modules.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

const [url, key, model, cost] = process.argv.slice(2);
const require = createRequire(join(process.env.TOPDOG_CLIENTS, "package.json"));
const OpenAI = require("openai").default;
const Anthropic = require("@anthropic-ai/sdk").default;
const { Ollama } = require("ollama");

const ANSWER = "Hello! This is a plain answer.";
const ask = (text) => [{ role: "user", content: text }];
const weather = {
  type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false,
};

const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
const ollama = new Ollama({ host: url, headers: { Authorization: `Bearer ${key}` } });

const CASES = {
  async "openai: chat, streamed"() {
    const { data, response } = await openai.chat.completions.create({
      model, messages: ask("Hi"), stream: true, stream_options: { include_usage: true },
    }).withResponse();
    let text = "", usage, extra;
    for await (const chunk of data) {
      text += chunk.choices[0]?.delta?.content ?? "";
      usage = chunk.usage ?? usage;
      extra = chunk.x_topdog ?? extra;
    }
    assert.equal(text, ANSWER);
    assert.deepEqual([usage.prompt_tokens, usage.completion_tokens], [11, 7]);
    assert.match(response.headers.get("x-topdog-request-id"), /./);
    assert.equal(response.headers.get("x-topdog-model"), extra.model);
    assert.equal(response.headers.get("x-topdog-provider"), extra.provider);
    assert.equal(extra.cost.nano_dollars, Number(cost));
  },

  async "openai: chat, whole"() {
    const { data, response } =
      await openai.chat.completions.create({ model, messages: ask("Hi") }).withResponse();
    assert.equal(data.choices[0].message.content, ANSWER);
    assert.equal(data.choices[0].finish_reason, "stop");
    assert.equal(response.headers.get("x-topdog-cost"), cost);
    assert.equal(data.x_topdog.cost.nano_dollars, Number(cost));
  },

  async "openai: tools"() {
    const tools = [{ type: "function", function: { name: "get_weather", parameters: weather } }];
    const stream = openai.chat.completions.stream({ model, messages: ask("!tool"), tools });
    const first = await stream.finalChatCompletion();
    const [call] = first.choices[0].message.tool_calls;
    assert.equal(first.choices[0].finish_reason, "tool_calls");
    assert.equal(call.function.name, "get_weather");
    assert.deepEqual(JSON.parse(call.function.arguments), { city: "Oslo" });
    const second = await openai.chat.completions.create({
      model, tools,
      messages: [...ask("!tool"), first.choices[0].message,
        { role: "tool", tool_call_id: call.id, content: "-3 °C" }, ...ask("And now?")],
    });
    assert.equal(second.choices[0].message.content, ANSWER);
  },

  async "openai: responses"() {
    const stream = openai.responses.stream({ model, input: "Hi" });
    let text = "";
    stream.on("response.output_text.delta", (event) => { text += event.delta; });
    const final = await stream.finalResponse();
    assert.equal(text, ANSWER);
    assert.equal(final.output_text, ANSWER);
    assert.equal(final.status, "completed");
    assert.deepEqual([final.usage.input_tokens, final.usage.output_tokens], [11, 7]);
    const whole = await openai.responses.create({
      model, input: ask("!tool"), tools: [{ type: "function", name: "get_weather", parameters: weather, strict: true }],
    });
    assert.equal(whole.output.find((item) => item.type === "function_call").name, "get_weather");
  },

  async "openai: models"() {
    const ids = [];
    for await (const one of openai.models.list())
      ids.push(one.id);
    assert.ok(ids.includes(model), `${model} is not among ${ids.length} models`);
    assert.equal((await openai.models.retrieve(model)).id, model);
  },

  async "openai: errors"() {
    await assert.rejects(openai.chat.completions.create({ model, messages: ask("Hi"), n: 2 }),
      (error) => error instanceof OpenAI.BadRequestError && error.param === "n");
    await assert.rejects(openai.chat.completions.create({ model: "nobody/nothing", messages: ask("Hi") }),
      (error) => error instanceof OpenAI.NotFoundError);
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: "td-nobody", maxRetries: 0 });
    await assert.rejects(stranger.models.list(), (error) => error instanceof OpenAI.AuthenticationError);
    await assert.rejects(openai.chat.completions.create({ model, messages: ask("!429") }),
      (error) => error instanceof OpenAI.RateLimitError);
  },

  async "openai: Q chooses"() {
    const { data, response } = await openai.chat.completions.create({
      model: "topdog/auto", messages: ask("Hi"), stream: true,
    }).withResponse();
    let text = "", extra;
    for await (const chunk of data) {
      text += chunk.choices[0]?.delta?.content ?? "";
      extra = chunk.x_topdog ?? extra;
    }
    assert.equal(text, ANSWER);
    assert.notEqual(response.headers.get("x-topdog-model"), "topdog/auto");
    assert.match(response.headers.get("x-topdog-reason"), /./);
    assert.match(extra.reason, /./);
  },

  async "anthropic: messages, streamed"() {
    const stream = anthropic.messages.stream({ model, max_tokens: 100, messages: ask("Hi") });
    let text = "";
    stream.on("text", (delta) => { text += delta; });
    const message = await stream.finalMessage();
    assert.equal(text, ANSWER);
    assert.deepEqual(message.content.map((block) => block.type), ["text"]);
    assert.equal(message.stop_reason, "end_turn");
    assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [11, 7]);
  },

  async "anthropic: tools"() {
    const tools = [{ name: "get_weather", input_schema: weather }];
    const stream = anthropic.messages.stream({ model, max_tokens: 100, messages: ask("!tool"), tools });
    const first = await stream.finalMessage();
    const call = first.content.find((block) => block.type === "tool_use");
    assert.equal(first.stop_reason, "tool_use");
    assert.deepEqual(call.input, { city: "Oslo" });
    const second = await anthropic.messages.create({
      model, max_tokens: 100, tools,
      messages: [...ask("!tool"), { role: "assistant", content: first.content }, {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: call.id, content: "-3 °C" }, { type: "text", text: "Hi" }],
      }],
    });
    assert.equal(second.content[0].text, ANSWER);
  },

  async "anthropic: tokens and errors"() {
    const count = await anthropic.messages.countTokens({ model, messages: ask("Hi") });
    assert.ok(Number.isInteger(count.input_tokens) && count.input_tokens > 0);
    await assert.rejects(
      anthropic.messages.create({ model: "nobody/nothing", max_tokens: 9, messages: ask("Hi") }),
      (error) => error instanceof Anthropic.NotFoundError);
    await assert.rejects(anthropic.messages.create({ model, max_tokens: 9, top_k: 5, messages: ask("Hi") }),
      (error) => error instanceof Anthropic.BadRequestError && /top_k/.test(error.message));
  },

  async "ollama: chat"() {
    let text = "", last;
    for await (const part of await ollama.chat({ model, messages: ask("Hi"), stream: true })) {
      text += part.message.content;
      last = part;
    }
    assert.equal(text, ANSWER);
    assert.ok(last.done);
    assert.deepEqual([last.done_reason, last.prompt_eval_count, last.eval_count], ["stop", 11, 7]);
    const whole = await ollama.chat({
      model, messages: ask("!tool"),
      tools: [{ type: "function", function: { name: "get_weather", parameters: weather } }],
    });
    assert.deepEqual(whole.message.tool_calls[0].function.arguments, { city: "Oslo" });
  },

  async "ollama: generate"() {
    const { response, done } = await ollama.generate({ model, prompt: "Hi" });
    assert.equal(response, ANSWER);
    assert.ok(done);
  },

  async "ollama: models"() {
    const { models } = await ollama.list();
    assert.ok(models.some((one) => one.model === model && one.digest.length === 64));
    const shown = await ollama.show({ model });
    assert.ok(shown.capabilities.includes("completion"));
    assert.match((await ollama.version()).version, /^\d+\./);
    await assert.rejects(ollama.chat({ model: "nobody/nothing", messages: ask("Hi") }), /nobody\/nothing/);
  },
};

const names = Object.keys(CASES);
console.log(`TAP version 14\n1..${names.length}`);
for (const [index, name] of names.entries()) {
  try {
    await CASES[name]();
    console.log(`ok ${index + 1} ${name}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(String(error.stack ?? error).replace(/^/gm, "# "));
    console.log(`not ok ${index + 1} ${name}`);
  }
}
