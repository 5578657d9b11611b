#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Makes the files beside it from two npm packages, unpacked:
//
//   node pack.mjs GPT-TOKENIZER-FOLDER UNICODE-FOLDER
//
// README.md says which versions, and what the files mean. Only whoever changes the data runs this; building
// Top Dog does not.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const RANKS = {
  o200k_base: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
  cl100k_base: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
}
const CATEGORIES = {
  upper: ['General_Category/Uppercase_Letter', 'General_Category/Titlecase_Letter'],
  lower: ['General_Category/Lowercase_Letter'],
  letter: ['General_Category/Modifier_Letter', 'General_Category/Other_Letter'],
  mark: ['General_Category/Mark'],
  number: ['General_Category/Number'],
  space: ['Binary_Property/White_Space'],
}
const here = import.meta.dirname
const [tokenizer, unicode] = process.argv.slice(2)

if (unicode === undefined) {
  console.error('usage: pack.mjs GPT-TOKENIZER-FOLDER UNICODE-FOLDER')
  process.exit(2)
}

function packRanks(name, sum) {
  const text = readFileSync(path.join(tokenizer, 'data', `${name}.tiktoken`))
  const found = createHash('sha256').update(text).digest('hex')
  if (found !== sum) throw new Error(`${name}: sha256 ${found}, not ${sum}`)
  const tokens = []
  for (const line of text.toString('latin1').split('\n')) {
    if (line === '') continue
    const [bytes, rank] = line.split(' ')
    if (Number(rank) !== tokens.length) throw new Error(`${name}: rank ${rank} is out of order`)
    tokens.push(Buffer.from(bytes, 'base64'))
  }
  const header = Buffer.alloc(12)
  header.write('TDRANKS1', 'latin1')
  header.writeUInt32LE(tokens.length, 8)
  const lengths = Buffer.from(tokens.map((token) => token.length))
  writeFileSync(path.join(here, `${name}.ranks`), Buffer.concat([header, lengths, ...tokens]))
}

async function packClasses() {
  const lines = []
  for (const [name, sources] of Object.entries(CATEGORIES)) {
    for (const source of sources) {
      const file = path.resolve(unicode, source, 'ranges.mjs')
      for (const range of (await import(pathToFileURL(file))).default) {
        lines.push([range.begin, range.end - 1, name])
      }
    }
  }
  lines.sort((a, b) => a[0] - b[0])
  const hex = (number) => number.toString(16).padStart(4, '0')
  writeFileSync(path.join(here, 'unicode-classes.txt'),
    '# Made by pack.mjs from Unicode 16.0: first, last, class. Everything else is "other".\n' +
    lines.map(([first, last, name]) => `${hex(first)} ${hex(last)} ${name}\n`).join(''))
}

for (const [name, sum] of Object.entries(RANKS)) packRanks(name, sum)
await packClasses()
