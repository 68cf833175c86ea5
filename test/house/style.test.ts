/**
 * Style rules that a test can check. Each test lists the violations as `path:line text`. The import
 * rules are in arrows.test.ts.
 */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse as parseGraphql, visit } from 'graphql'
import { parseSync } from 'vite'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const isGenerated = (path: string) => /(\.types|\.graphql|\.generated)\.ts$/.test(path)
const exclude = ['node_modules/**', '.*/**', '**/node_modules/**', 'console/dist*/**']

interface Node {
  type: string
  start: number
  end: number
}

/** A source file with the parts of its syntax tree that the rules check. */
interface Source {
  path: string
  text: string
  comments: Text[]
  /** The contents of strings and templates. */
  texts: Text[]
  identifiers: Text[]
  functions: Node[]
  exports: Node[]
}

interface Text {
  start: number
  value: string
}

const sources: Source[] = globSync('**/*.{ts,tsx}', { cwd: root, exclude })
  .filter((path) => !isGenerated(path))
  .toSorted()
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    const { program, comments } = parseSync(path, text)
    const source: Source = { path, text, comments, ...none() }
    collect(program as unknown as Node, source)
    return source
  })

const placeOf = ({ path, text }: Source, offset: number) =>
  `${path}:${text.slice(0, offset).split('\n').length}`

function none(): Pick<Source, 'texts' | 'identifiers' | 'functions' | 'exports'> {
  return { texts: [], identifiers: [], functions: [], exports: [] }
}

/** Adds a node and its descendants to the lists of the source. */
function collect(node: Node & { name?: unknown; value?: unknown }, into: Source): void {
  const { type, start, name, value } = node
  if (/^(Private)?Identifier$/.test(type)) into.identifiers.push({ start, value: String(name) })
  else if (type === 'Literal' && typeof value === 'string') into.texts.push({ start, value })
  else if (type === 'TemplateElement')
    into.texts.push({ start, value: (value as { raw: string }).raw })
  else if (/^(FunctionDeclaration|FunctionExpression|ArrowFunction)/.test(type))
    into.functions.push(node)
  else if (/^Export/.test(type)) into.exports.push(node)
  for (const member of Object.values(node)) {
    if (typeof member !== 'object' || member === null) continue
    for (const child of Array.isArray(member) ? member : [member])
      if (typeof child?.type === 'string') collect(child as Node, into)
  }
}

const schemas = ['tenants', 'identity', 'audit'].map((name) => `subgraphs/${name}/schema.graphql`)

/** Returns the descriptions of a schema with their lines. */
function descriptionsOf(path: string): { place: string; text: string }[] {
  const found: { place: string; text: string }[] = []
  visit(parseGraphql(readFileSync(join(root, path), 'utf8')), {
    enter(node) {
      if (!('description' in node) || !node.description) return
      const { value, loc } = node.description
      found.push({ place: `${path}:${loc?.startToken.line}`, text: value.replaceAll('\n', ' ') })
    },
  })
  return found
}
const descriptions = schemas.flatMap(descriptionsOf)

describe('words', () => {
  /** Vague phrases. They replace a name, a number or a verb that the reader needs. */
  const banned = [
    /\bwhoever\b/i,
    /\btells? of\b/i,
    /\b(is|are|was|were) told\b/i,
    /\bof (none|ours|theirs)\b/i,
    /\bthat which\b/i,
    /\bwhat is not\b/i,
    /\bcomes? again\b/i,
    /\bso (many|much) (places|of)\b/i,
    /\bthe same of\b/i,
    /\bas (it is|they are)\b[.:;]/i,
    /\bfor (a while|a moment|ever)\b/i,
    /\bbehind the (walls|service's back)\b/i,
  ]
  const isBanned = (text: string) => banned.some((phrase) => phrase.test(text))

  test('comments contain no banned phrase', () => {
    const offenders = sources.flatMap((source) =>
      source.comments
        .filter(({ value }) => isBanned(value.replaceAll(/\s*\n\s*\*?\s*/g, ' ')))
        .map(({ start, value }) => `${placeOf(source, start)} ${value.trim().slice(0, 100)}`),
    )
    expect(offenders).toEqual([])
  })

  test('errors, test names and other strings contain no banned phrase', () => {
    const offenders = sources.flatMap((source) =>
      source.texts
        .filter(({ value }) => isBanned(value))
        .map(({ start, value }) => `${placeOf(source, start)} ${value.slice(0, 100)}`),
    )
    expect(offenders.filter((place) => !place.startsWith('test/house/style.test.ts'))).toEqual([])
  })

  test('schema descriptions contain no banned phrase', () => {
    const offenders = descriptions.filter(({ text }) => isBanned(text))
    expect(offenders.map(({ place, text }) => `${place} ${text}`)).toEqual([])
  })

  test('schema descriptions have at least three words', () => {
    expect(descriptions.length).toBeGreaterThan(400)
    const offenders = descriptions.filter(({ text }) => text.trim().split(/\s+/).length < 3)
    expect(offenders.map(({ place, text }) => `${place} ${text}`)).toEqual([])
  })

  test('old names of the glossary do not come back as identifiers', () => {
    const old = new Set(
      `watchForSilence stillStanding settledAgain settledAt recordUse recordBegun inProcess
      overHttp viewerOfRequest goOnAs comeAgain nothingBesides oneKnownOperation ownHostOnly
      tellable ownWords notYet endWithNpm CannotStart inEvenTime giveBack atMost
      answerWithin wellFormed answerUnreadable msLeft isId RequestFacts onlyInstance
      readsOfViewer custody lend stillThere auditedOnEvidence Ascription passOn tellOperators
      Notice putInOutbox tellings Telling wantedBy Wanted Stretch NotToBeExported
      againOf goneOnWith NoLongerAllowed BrokenOff Unreadable Sealer
      looksLikeClientAuthentication openCase handedOver heldLongerSeconds homeOf lookAtClaims
      useUpAssertion keepId peekAtHandoff whatRestsOn NothingLeft noteSeen mayBeAsked
      somebodyElse Standing standingByToken opensTo innards sow`.split(/\s+/),
    )
    const offenders = sources.flatMap((source) =>
      source.identifiers
        .filter(({ value }) => old.has(value))
        .map(({ start, value }) => `${placeOf(source, start)} ${value}`),
    )
    expect(offenders).toEqual([])
  })

  test('old names of the glossary do not come back as file names', () => {
    const old = new Set(
      `silence standing use sources request-counts cost even-time floods flood-keeper repeat
      fan-out store page limits mask tellings seal maintenance find proofs sealed client signals
      words presence remembered seen stage switcher change door link silent innards sow
      main-job`.split(/\s+/),
    )
    // In the console, "page" and "link" are allowed: they are the usual terms for web pages.
    const isPlain = (path: string) => /^console\/.*\/(page|link)\.tsx$/.test(path)
    const nameOf = (path: string) => basename(path).replace(/(\.test)?\.tsx?$/, '')
    const paths = sources.map(({ path }) => path)
    expect(paths.filter((path) => old.has(nameOf(path)) && !isPlain(path))).toEqual([])
  })
})

describe('size', () => {
  const maxFileLines = 400
  const maxFunctionLines = 100
  const linesOf = (text: string) => text.trimEnd().split('\n').length
  const isProduction = ({ path }: Source) => !/^(test|bench)\//.test(path)

  test('files have at most 400 lines', () => {
    const offenders = sources
      .filter(isProduction)
      .map(({ path, text }) => ({ path, lines: linesOf(text) }))
      .filter(({ lines }) => lines > maxFileLines)
    expect(offenders.map(({ path, lines }) => `${path} ${lines}`)).toEqual([])
  })

  test('gateway/main.ts has at most 150 lines', () => {
    const main = sources.find(({ path }) => path === 'gateway/main.ts')!
    expect(linesOf(main.text)).toBeLessThanOrEqual(150)
  })

  test('functions have at most 100 lines', () => {
    const offenders = sources.filter(isProduction).flatMap((source) =>
      source.functions
        .map(({ start, end }) => ({ start, lines: linesOf(source.text.slice(start, end)) }))
        .filter(({ lines }) => lines > maxFunctionLines)
        .map(({ start, lines }) => `${placeOf(source, start)} ${lines}`),
    )
    expect(offenders).toEqual([])
  })

  test('comments keep within 100 columns', () => {
    // The formatter does not wrap comments.
    const offenders = sources.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        const isComment = /^\s*(\/\*\*?|\*|\/\/)\s/.test(line)
        const isUnbreakable = !/\S\s+\S/.test(line.replace(/^\s*(\/\*\*?|\*|\/\/)\s/, ''))
        return isComment && !isUnbreakable && [...line].length > 100 ? [`${path}:${index + 1}`] : []
      }),
    )
    expect(offenders).toEqual([])
  })
})

test('a test that lacks a program fails with CI set, except disk-full', () => {
  // `skipsWithout` throws with CI set. Other ways to skip a test do not.
  const offenders = sources
    .filter(({ path }) => path.startsWith('test/') && path !== 'test/drills/disk-full.test.ts')
    .filter(({ path }) => path !== 'test/house/style.test.ts')
    .flatMap(({ path, text }) =>
      [
        ...text.matchAll(
          /\.(?:skip|todo|runIf|skipIf|only)\b(?!\((?:skipsWithout\(|skips\)))|\bretry: /g,
        ),
      ].map(([found]) => `${path} ${found}`),
    )
  expect(offenders).toEqual([])
})

test('entry points export nothing', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const started = Object.values(scripts).flatMap((line) =>
    [...line.matchAll(/\bnode ([\w/.-]+\.ts)/g)].map(([, path]) => path),
  )
  // The examples may export functions, because their tests import them.
  const entryPoints = sources.filter(
    ({ path, text }) =>
      !path.startsWith('examples/') &&
      (started.includes(path) || /^if \(import\.meta\.main\)/m.test(text)),
  )
  expect(entryPoints.length).toBeGreaterThan(5)
  const offenders = entryPoints.flatMap((source) =>
    source.exports.map(({ start }) => placeOf(source, start)),
  )
  expect(offenders).toEqual([])
})
