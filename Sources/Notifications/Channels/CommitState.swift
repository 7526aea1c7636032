internal import Delivery

/// What a notice means for the commit that it is about.
enum CommitState: Sendable, Hashable {
    case pending, success, failure, cancelled

    /// `nil` when it means nothing for it.
    init?(_ notice: Notice) {
        switch notice.event {
        case .releaseStarted, .approvalNeeded: self = .pending
        case .releaseVerified: self = .success
        case .releaseEnded: self = .cancelled
        case .releaseFailed, .rolledBack, .rollbackFailed: self = .failure
        // One that a person asked for opens no incident and is about the commit that it goes to.
        case .rollbackStarted: self = notice.incident?.isOpen == true ? .failure : .pending
        case .holdChanged, .freezeChanged, .quarantineChanged, .attention: return nil
        }
    }

    func word(of provider: ChannelService.CommitStatus.Provider) -> String {
        switch self {
        case .pending: "pending"
        case .success: "success"
        case .failure: provider == .gitlab ? "failed" : "failure"
        case .cancelled: provider == .gitlab ? "canceled" : "error"
        }
    }

    /// What people see beside the sign.
    func words(for notice: Notice) -> String {
        switch notice.event {
        case .releaseStarted: "is being deployed"
        case .approvalNeeded: "waits for an approval"
        case .releaseVerified: "verified"
        case .releaseEnded: "ended before it was verified"
        case .releaseFailed: "failed"
        case .rollbackStarted: self == .failure ? "failed, is being taken back" : "is being brought back"
        case .rolledBack: "failed, was taken back"
        case .rollbackFailed: "the way back FAILED"
        case .holdChanged, .freezeChanged, .quarantineChanged, .attention: notice.event.rawValue
        }
    }
}
