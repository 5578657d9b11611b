// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench-others.mjs FILE...: how fast tiktoken and gpt-tokenizer count the texts in the files.  Prints a line of
// JSON for each package: milliseconds until it counted a first word, mebibytes that took, and for each file the
// seconds of the first round and of the best one, which differ most where a package remembers what it has seen.

import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const ROUNDS = 5
const BUDGET_MS = 4000
const require = createRequire(path.join(process.env.TOPDOG_CLIENTS, 'package.json'))
const encodingName = process.argv[2]
const packages = {
  tiktoken: () => {
    const encoding = require('tiktoken').get_encoding(encodingName)
    return (text) => encoding.encode_ordinary(text).length
  },
  'gpt-tokenizer': () => {
    const encoding = require(`gpt-tokenizer/encoding/${encodingName}`)
    return (text) => encoding.countTokens(text, { disallowedSpecial: new Set() })
  },
}

function measure(count, text) {
  const start = performance.now()
  const rounds = []
  let tokens
  while (rounds.length < ROUNDS && (rounds.length === 0 || performance.now() - start < BUDGET_MS)) {
    const before = performance.now()
    tokens = count(text)
    rounds.push((performance.now() - before) / 1000)
  }
  return { tokens, first: rounds[0], best: Math.min(...rounds) }
}

const texts = process.argv.slice(3).map((file) => readFileSync(file, 'utf8'))
for (const [name, open] of Object.entries(packages)) {
  const memory = process.memoryUsage.rss()
  const start = performance.now()
  const count = open()
  count('word')
  const ready_ms = performance.now() - start
  const mib = (process.memoryUsage.rss() - memory) / 1048576
  console.log(JSON.stringify({ name, ready_ms, mib, texts: texts.map((text) => measure(count, text)) }))
}
