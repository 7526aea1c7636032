/// Every limit of this room, with its reason.
package enum ObservabilityLimits {
    /// A message or a value longer than this is cut: one event must not drown the others, and a stack of HTML from a proxy is no news.
    package static let logValueBytes = 4096

    /// Metadata entries of one event; the rest is counted, not printed.
    package static let logMetadataEntries = 48

    /// Nested metadata deeper than this is shown as `...`.
    package static let logMetadataDepth = 4

    /// Series of one metric. What goes beyond shares one series whose labels say `other`: a label that takes its value from a request
    /// can then not fill the memory of the service or of Prometheus.
    package static let seriesPerMetric = 256

    /// Bytes of one label value.
    package static let labelValueBytes = 128
}
