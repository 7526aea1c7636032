extension ClusterInstallation {
    var deployment: File {
        let mount =
            tokenSecret == nil
            ? "" : "        - name: git\n          mountPath: /etc/slipway-git\n          readOnly: true\n"
        let volume =
            tokenSecret.map {
                "      - name: git\n        secret:\n          secretName: \(name($0))\n          defaultMode: 0440\n"
            } ?? ""
        return File(
            path: "deployment.yaml",
            text: """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: slipway
                \(place)spec:
                  replicas: 1
                  # The old Pod must be gone before the new one starts: the journal has one owner.
                  strategy:
                    type: Recreate
                  selector:
                    matchLabels:
                      app.kubernetes.io/name: slipway
                  template:
                    metadata:
                      labels:
                        app.kubernetes.io/name: slipway
                    spec:
                      serviceAccountName: slipway
                      automountServiceAccountToken: true
                      enableServiceLinks: false
                      terminationGracePeriodSeconds: 60
                      securityContext:
                        runAsNonRoot: true
                        runAsUser: 65532
                        runAsGroup: 65532
                        fsGroup: 65532
                        # Always would open the keys to the group at each start, and the controller refuses such keys.
                        fsGroupChangePolicy: OnRootMismatch
                        seccompProfile:
                          type: RuntimeDefault
                      containers:
                      - name: slipway
                        image: \(quoted(image))
                        args: [run, --config, /etc/slipway/slipway.yaml, --log-format, json]
                        env:
                        # So that `kubectl exec deploy/slipway -- slipway status` finds the controller.
                        - name: SLIPWAY_STATE
                          value: /var/lib/slipway/state
                        - name: HOME
                          value: /tmp
                        ports:
                        - name: metrics
                          containerPort: 9090
                        startupProbe:
                          httpGet: {path: /healthz, port: metrics}
                          periodSeconds: 2
                          failureThreshold: 60
                        livenessProbe:
                          httpGet: {path: /healthz, port: metrics}
                          periodSeconds: 10
                          timeoutSeconds: 5
                          failureThreshold: 6
                        readinessProbe:
                          httpGet: {path: /readyz, port: metrics}
                          periodSeconds: 10
                          timeoutSeconds: 5
                        resources:
                          requests: {cpu: 100m, memory: 128Mi}
                          limits: {memory: 1Gi}
                        securityContext:
                          allowPrivilegeEscalation: false
                          readOnlyRootFilesystem: true
                          capabilities:
                            drop: [ALL]
                        volumeMounts:
                        - name: state
                          mountPath: /var/lib/slipway
                        - name: configuration
                          mountPath: /etc/slipway
                          readOnly: true
                \(mount)        - name: tmp
                          mountPath: /tmp
                      volumes:
                      - name: state
                        persistentVolumeClaim:
                          claimName: slipway
                      - name: configuration
                        configMap:
                          name: slipway
                \(volume)      - name: tmp
                        emptyDir:
                          sizeLimit: 256Mi

                """)
    }
}
