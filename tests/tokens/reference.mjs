// SPDX-License-Identifier: GPL-3.0-or-later
//
// reference.mjs FILE: what the npm package tiktoken makes of texts.  FILE holds them one after the other, each
// after its length in four bytes.  Prints a line of JSON per text: the ids in o200k_base and in cl100k_base.
// A text is taken from bytes by the decoder of the platform, which puts U+FFFD for what is not UTF-8.

import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const require = createRequire(path.join(process.env.TOPDOG_CLIENTS, 'package.json'))
const { get_encoding } = require('tiktoken')
const encodings = ['o200k_base', 'cl100k_base'].map((name) => get_encoding(name))
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const file = readFileSync(process.argv[2])
const lines = []

for (let at = 0; at < file.length;) {
  const length = file.readUInt32LE(at)
  const text = decoder.decode(file.subarray(at + 4, at + 4 + length))
  lines.push(JSON.stringify(encodings.map((encoding) => Array.from(encoding.encode_ordinary(text)))))
  at += 4 + length
}
process.stdout.write(lines.map((line) => line + '\n').join(''))
