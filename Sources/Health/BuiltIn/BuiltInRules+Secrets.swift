internal import Manifests

/// Certificates and secrets.
extension BuiltInRules {
    static let secrets: [HealthRule] = [
        // While it is issued, Ready is False with the reason why a new one is needed.
        HealthRule(
            ["cert-manager.io", "certmanager.k8s.io"], ["Certificate"],
            failed: [
                .is("Issuing", "False", reasons: ["Failed", "Denied", "InvalidRequest"]),
                .all([
                    .is(
                        "Ready", "False",
                        except: ["DoesNotExist", "NotFound", "InProgress", "Pending", "TemporaryCertificate", "CertIssuing"]),
                    .is("Issuing", "False", "Absent"),
                ]),
            ],
            inProgress: [.is("Issuing")], current: [.is("Ready")]),
        .ready(["cert-manager.io", "certmanager.k8s.io"], ["Issuer", "ClusterIssuer"]),
        HealthRule(
            ["cert-manager.io"], ["CertificateRequest"],
            failed: [.is("InvalidRequest"), .is("Denied"), .is("Ready", "False", reasons: ["Failed", "Denied"])], current: [.is("Ready")]),
        HealthRule(
            ["acme.cert-manager.io"], ["Order", "Challenge"], failed: [.at(".status.state", ["invalid", "expired", "errored"])],
            current: [.at(".status.state", "valid")], message: ".status.reason"),
        HealthRule(["trust.cert-manager.io"], ["Bundle"], failed: [.is("Synced", "False")], current: [.is("Synced")]),
        .ready(["external-secrets.io"], ["ExternalSecret", "SecretStore", "ClusterSecretStore", "PushSecret", "ClusterPushSecret"]),
        HealthRule(
            ["external-secrets.io"], ["ClusterExternalSecret"],
            failed: [.is("NotReady"), .is("PartiallyReady"), .is("Ready", "False"), .exists(".status.failedNamespaces")],
            current: [.is("Ready")]),
        // The predecessor of External Secrets.
        HealthRule(
            ["kubernetes-client.io"], ["ExternalSecret"], failed: [.at(".status.status", .startsWith(["ERROR"]))],
            current: [.at(".status.status", "SUCCESS")], message: ".status.status"),
        HealthRule(["bitnami.com"], ["SealedSecret"], failed: [.is("Synced", "False")], current: [.is("Synced")]),
        .ready(["onepassword.com"], ["OnePasswordItem"]),
        // No condition of Vault's operator but these; an older one has none.
        HealthRule(
            ["secrets.hashicorp.com"], ["*"], failed: [.at(".status.valid", is: false)], inProgress: [.is("Ready", "False", "Unknown")],
            otherwise: .current, message: ".status.error"),
        HealthRule(
            ["networking.gke.io"], ["ManagedCertificate"],
            failed: [.at(".status.certificateStatus", ["ProvisioningFailed", "ProvisioningFailedPermanently", "RenewalFailed"])],
            current: [.at(".status.certificateStatus", "Active")]),
        HealthRule(
            ["k8s.keycloak.org"], ["Keycloak"], failed: [.is("HasErrors")], inProgress: [.is("RollingUpdate")], current: [.is("Ready")]),
        // The operator before it.
        HealthRule(
            ["keycloak.org"], ["*"], failed: [.at(".status.phase", "failing")],
            current: [.all([.at(".status.phase", ["reconciling", "reconciled"]), .at(".status.ready", is: true)])],
            message: ".status.message"),
        HealthRule(["k8s.keycloak.org"], ["KeycloakRealmImport"], failed: [.is("HasErrors")], current: [.is("Done")]),
        HealthRule(
            ["iammanager.keikoproj.io"], ["Iamrole"],
            failed: [
                .at(
                    ".status.state",
                    [
                        "Error", "PolicyNotAllowed", "RolesMaxLimitReached", "NamespaceNotFound", "RoleNameNotAvailable",
                        "ServiceAccountCreationError",
                    ])
            ],
            current: [.at(".status.state", "Ready")], message: ".status.errorDescription"),
    ]
}
