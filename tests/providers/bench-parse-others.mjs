// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench-parse-others.mjs WHAT FILE: how fast a package of others reads the reply in the file, given to it in
// pieces of 16 KiB.  WHAT is sse (eventsource-parser), openai, responses, anthropic or ollama (the providers' own
// packages, from the bytes to what they hand out).  Prints a line of JSON: name, seconds of the best round, events.

import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const ROUNDS = 3
const PIECE = 16384
const [what, file] = process.argv.slice(2)
const require = createRequire(path.join(process.env.TOPDOG_CLIENTS, 'package.json'))
const bytes = readFileSync(file)

const answer = (type) => async () => {
  let at = 0
  const body = new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + PIECE)))
      at += PIECE
    },
  })
  return new Response(body, { status: 200, headers: { 'content-type': type } })
}

async function count(stream) {
  let events = 0
  for await (const event of stream) events += event ? 1 : 0
  return events
}

const messages = [{ role: 'user', content: 'hello' }]
const ways = {
  sse: ['eventsource-parser', async () => {
    const { createParser } = require('eventsource-parser')
    const decoder = new TextDecoder()
    let events = 0
    const parser = createParser({ onEvent: () => { events += 1 } })
    for (let at = 0; at < bytes.length; at += PIECE)
      parser.feed(decoder.decode(bytes.subarray(at, at + PIECE), { stream: true }))
    return events
  }],
  openai: ['openai', async () => {
    const { OpenAI } = require('openai')
    const client = new OpenAI({ apiKey: 'key', fetch: answer('text/event-stream') })
    return count(await client.chat.completions.create({ model: 'm', messages, stream: true }))
  }],
  responses: ['openai', async () => {
    const { OpenAI } = require('openai')
    const client = new OpenAI({ apiKey: 'key', fetch: answer('text/event-stream') })
    return count(await client.responses.create({ model: 'm', input: 'hello', stream: true }))
  }],
  anthropic: ['@anthropic-ai/sdk', async () => {
    const { Anthropic } = require('@anthropic-ai/sdk')
    const client = new Anthropic({ apiKey: 'key', fetch: answer('text/event-stream') })
    return count(await client.messages.create({ model: 'm', max_tokens: 9, messages, stream: true }))
  }],
  ollama: ['ollama', async () => {
    const { Ollama } = require('ollama')
    const client = new Ollama({ host: 'http://127.0.0.1:1', fetch: answer('application/x-ndjson') })
    return count(await client.chat({ model: 'm', messages, stream: true }))
  }],
}

const [name, read] = ways[what]
let best = Infinity
let events = 0
for (let round = 0; round < ROUNDS; round++) {
  const start = performance.now()
  events = await read()
  best = Math.min(best, (performance.now() - start) / 1000)
}
console.log(JSON.stringify({ name, seconds: best, events }))
