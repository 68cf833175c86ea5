/** A dialog that exports the filtered events and shows the progress of the download. */
import {
  Body1,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Dropdown,
  Field,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Option,
  ProgressBar,
  Radio,
  RadioGroup,
  tokens,
} from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { formatBytes, formatCount, formatNumber } from '../../app/format.ts'
import { ApiError, requestGraphql } from '../../app/graphql.ts'
import {
  type ActivityExportCompression,
  type ActivityExportFormat,
  type ActivityFilter,
  CreateActivityExportDocument,
} from './activity.graphql.ts'
import { type DownloadedExport, type DownloadProgress, downloadExport } from './export-download.ts'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  submit: { whiteSpace: 'nowrap' },
})

const formatLabels: Record<ActivityExportFormat, string> = {
  CSV: 'CSV (for spreadsheets)',
  NDJSON: 'NDJSON with proofs (can be verified)',
  OCSF: 'OCSF (for SIEMs)',
}
const compressionLabels: Record<ActivityExportCompression, string> = {
  NONE: 'None',
  GZIP: 'Gzip',
  ZSTD: 'Zstandard',
}

export function ExportButton({
  tenantId,
  filter,
}: {
  tenantId: string
  filter: ActivityFilter | null
}) {
  const styles = useStyles()
  const [format, setFormat] = useState<ActivityExportFormat>('CSV')
  const [compression, setCompression] = useState<ActivityExportCompression>('NONE')
  const { start, cancel, progress, total, isRunning, result, error } = useExport(tenantId, filter)
  return (
    <Dialog onOpenChange={(_, { open }) => open || cancel()}>
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<ArrowDownloadRegular />}>Export</Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Export the Activity log</DialogTitle>
          <DialogContent className={styles.content}>
            <Body1>
              {filter
                ? 'Exports the events that match your filters. An export in NDJSON proves that each event is unaltered, but not that all events are included.'
                : 'Exports all events. An export in NDJSON proves that each event is unaltered and that none is missing.'}
            </Body1>
            <Field label="Format">
              <RadioGroup
                value={format}
                disabled={isRunning}
                onChange={(_, { value }) => setFormat(value as ActivityExportFormat)}
              >
                {Object.entries(formatLabels).map(([value, label]) => (
                  <Radio key={value} value={value} label={label} />
                ))}
              </RadioGroup>
            </Field>
            <Field label="Compression">
              <Dropdown
                disabled={isRunning}
                value={compressionLabels[compression]}
                selectedOptions={[compression]}
                onOptionSelect={(_, { optionValue }) =>
                  setCompression(optionValue as ActivityExportCompression)
                }
              >
                {Object.entries(compressionLabels).map(([value, label]) => (
                  <Option key={value} value={value}>
                    {label}
                  </Option>
                ))}
              </Dropdown>
            </Field>
            {isRunning && progress && <ProgressField progress={progress} total={total} />}
            <div aria-live="polite">
              {result && <ResultMessage result={result} format={format} />}
              {error && (
                <MessageBar intent="error" layout="multiline">
                  <MessageBarBody>
                    <MessageBarTitle>Export failed.</MessageBarTitle> {error.message}
                  </MessageBarBody>
                </MessageBar>
              )}
            </div>
          </DialogContent>
          <DialogActions>
            <Button
              appearance="primary"
              className={styles.submit}
              disabledFocusable={isRunning}
              onClick={() => start({ format, compression })}
            >
              {result ? 'Export again' : 'Export and download'}
            </Button>
            <DialogTrigger disableButtonEnhancement>
              <Button>{isRunning ? 'Cancel' : 'Close'}</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

interface ExportResult extends DownloadedExport {
  /** The path and query of the download URL, which is valid for one hour. */
  address: string
}

/** Creates an export, downloads it, and saves the file through the browser. */
function useExport(tenantId: string, filter: ActivityFilter | null) {
  const [progress, setProgress] = useState<DownloadProgress | null>(null)
  const [total, setTotal] = useState<number | null>(null)
  const controller = useRef<AbortController | null>(null)
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: async (options: {
      format: ActivityExportFormat
      compression: ActivityExportCompression
    }): Promise<ExportResult> => {
      controller.current = new AbortController()
      setProgress({ bytes: 0, events: 0, interruptions: 0 })
      setTotal(null)
      const { downloadUrl, eventCount } = await createExport({ tenantId, filter, ...options })
      setTotal(eventCount)
      // Ignores the origin of the URL, because the user may have opened the page under another host
      // name of the service.
      const { pathname, search } = new URL(downloadUrl)
      const address = pathname + search
      const { signal } = controller.current
      const downloaded = await downloadExport({ address, ...options }, setProgress, signal)
      saveFile(downloaded)
      return { ...downloaded, address }
    },
  })
  const isCancelled = error instanceof DOMException
  return {
    start: mutate,
    cancel: () => {
      controller.current?.abort()
      reset()
    },
    progress,
    total,
    isRunning: isPending,
    result: data,
    error: isCancelled ? null : error,
  }
}

async function createExport(input: {
  tenantId: string
  filter: ActivityFilter | null
  format: ActivityExportFormat
  compression: ActivityExportCompression
}) {
  const { createActivityExport } = await requestGraphql(
    input.tenantId,
    CreateActivityExportDocument,
    { input },
  )
  const [userError] = createActivityExport?.userErrors ?? []
  if (userError || !createActivityExport?.export)
    throw new ApiError(
      userError?.code ?? 'FORBIDDEN',
      userError?.message ?? 'Your role does not allow exports.',
    )
  return createActivityExport.export
}

function ProgressField({
  progress: { bytes, events, interruptions },
  total,
}: {
  progress: DownloadProgress
  /** The number of events in the export. Null while the service creates the export. */
  total: number | null
}) {
  const isFractionKnown = total !== null && events !== null && total > 0
  const parts = [
    events !== null &&
      (isFractionKnown
        ? `${formatNumber(events)} of ${formatCount(total, 'event')}`
        : formatCount(events, 'event')),
    formatBytes(bytes),
    interruptions > 0 && formatCount(interruptions, 'interruption'),
  ]
  return (
    <Field validationMessage={parts.filter(Boolean).join(', ')} validationState="none">
      <ProgressBar value={isFractionKnown ? events / total : undefined} aria-label="Downloading" />
    </Field>
  )
}

function ResultMessage({
  result: { name, bytes, events, address },
  format,
}: {
  result: ExportResult
  format: ActivityExportFormat
}) {
  return (
    <MessageBar intent="success" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>
          {events === null ? 'Downloaded.' : `Downloaded ${formatCount(events, 'event')}.`}
        </MessageBarTitle>{' '}
        {name}, {formatBytes(bytes)}.{' '}
        {format === 'NDJSON' && (
          <>
            To verify the file, run <code>npm run verify</code>.{' '}
          </>
        )}
        <a href={address}>Download link (valid for 1 hour)</a>
      </MessageBarBody>
    </MessageBar>
  )
}

function saveFile({ name, file }: DownloadedExport): void {
  const link = Object.assign(document.createElement('a'), {
    href: URL.createObjectURL(file),
    download: name,
  })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
