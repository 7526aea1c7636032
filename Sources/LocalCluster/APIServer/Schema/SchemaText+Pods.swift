extension SchemaText {
    static let pods = """
        # io.k8s.api.core.v1
        Pod: metadata ObjectMeta; spec PodSpec; status PodStatus
        PodTemplateSpec: metadata ObjectMeta; spec PodSpec
        PodSpec: volumes [Volume] map=name patch=name retain; initContainers [Container] map=name patch=name
          containers* [Container] map=name patch=name; ephemeralContainers [EphemeralContainer] map=name patch=name
          restartPolicy string =Always of=Always|Never|OnFailure; terminationGracePeriodSeconds int =30; activeDeadlineSeconds int
          dnsPolicy string =ClusterFirst of=ClusterFirst|ClusterFirstWithHostNet|Default|None; nodeSelector {string} atomic
          serviceAccountName string; serviceAccount string; automountServiceAccountToken bool; nodeName string; hostNetwork bool-
          hostPID bool-; hostIPC bool-; shareProcessNamespace bool; securityContext PodSecurityContext
          imagePullSecrets [LocalObjectReference] map=name patch=name; hostname string; subdomain string; affinity Affinity
          schedulerName string =default-scheduler; tolerations [Toleration]; hostAliases [HostAlias] map=ip patch=ip
          priorityClassName string; priority int; dnsConfig PodDNSConfig; readinessGates [PodReadinessGate]; runtimeClassName string
          enableServiceLinks bool; preemptionPolicy string; overhead {quantity}
          topologySpreadConstraints [TopologySpreadConstraint] map=topologyKey,whenUnsatisfiable patch=topologyKey; setHostnameAsFQDN bool
          os PodOS; hostUsers bool; schedulingGates [PodSchedulingGate] map=name patch=name; resourceClaims [any] map=name patch=name retain
          resources ResourceRequirements; hostnameOverride string
        PodOS: name* string
        PodSchedulingGate: name* string
        PodReadinessGate: conditionType* string
        PodDNSConfig: nameservers [string]; searches [string]; options [PodDNSConfigOption]
        PodDNSConfigOption: name string; value string
        HostAlias: ip* string; hostnames [string]
        Toleration: key string; operator string; value string; effect string; tolerationSeconds int
        TopologySpreadConstraint: maxSkew* int; topologyKey* string; whenUnsatisfiable* string of=DoNotSchedule|ScheduleAnyway
          labelSelector LabelSelector; minDomains int; nodeAffinityPolicy string; nodeTaintsPolicy string; matchLabelKeys [string]
        Affinity: nodeAffinity NodeAffinity; podAffinity PodAffinity; podAntiAffinity PodAffinity
        NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution NodeSelector
          preferredDuringSchedulingIgnoredDuringExecution [PreferredSchedulingTerm]
        NodeSelector atomic: nodeSelectorTerms* [NodeSelectorTerm]
        NodeSelectorTerm atomic: matchExpressions [NodeSelectorRequirement]; matchFields [NodeSelectorRequirement]
        NodeSelectorRequirement: key* string; operator* string; values [string]
        PreferredSchedulingTerm: weight* int; preference* NodeSelectorTerm
        PodAffinity: requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]
          preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm]
        WeightedPodAffinityTerm: weight* int; podAffinityTerm* PodAffinityTerm
        PodAffinityTerm: labelSelector LabelSelector; namespaces [string]; topologyKey* string; namespaceSelector LabelSelector
          matchLabelKeys [string]; mismatchLabelKeys [string]
        PodSecurityContext: seLinuxOptions SELinuxOptions; windowsOptions any; runAsUser int; runAsGroup int; runAsNonRoot bool
          supplementalGroups [int]; supplementalGroupsPolicy string; fsGroup int; sysctls [Sysctl]; fsGroupChangePolicy string
          seccompProfile SeccompProfile; appArmorProfile AppArmorProfile; seLinuxChangePolicy string
        SELinuxOptions: user string; role string; type string; level string
        SeccompProfile: type* string of=Localhost|RuntimeDefault|Unconfined; localhostProfile string
        AppArmorProfile: type* string of=Localhost|RuntimeDefault|Unconfined; localhostProfile string
        Sysctl: name* string; value* string
        SecurityContext: capabilities Capabilities; privileged bool; seLinuxOptions SELinuxOptions; windowsOptions any; runAsUser int
          runAsGroup int; runAsNonRoot bool; readOnlyRootFilesystem bool; allowPrivilegeEscalation bool; procMount string
          seccompProfile SeccompProfile; appArmorProfile AppArmorProfile
        Capabilities: add [string]; drop [string]
        Container: name* string; image string; command [string]; args [string]; workingDir string
          ports [ContainerPort] map=containerPort,protocol patch=containerPort; envFrom [EnvFromSource]; env [EnvVar] map=name patch=name
          resources ResourceRequirements; resizePolicy [ContainerResizePolicy]; restartPolicy string; restartPolicyRules [any]
          volumeMounts [VolumeMount] map=mountPath patch=mountPath; volumeDevices [VolumeDevice] map=devicePath patch=devicePath
          livenessProbe Probe; readinessProbe Probe; startupProbe Probe; lifecycle Lifecycle
          terminationMessagePath string =/dev/termination-log; terminationMessagePolicy string =File of=FallbackToLogsOnError|File
          imagePullPolicy string of=Always|IfNotPresent|Never; securityContext SecurityContext; stdin bool-; stdinOnce bool-; tty bool-
        EphemeralContainer: name* string; image string; command [string]; args [string]; workingDir string
          ports [ContainerPort] map=containerPort,protocol patch=containerPort; envFrom [EnvFromSource]; env [EnvVar] map=name patch=name
          resources ResourceRequirements; volumeMounts [VolumeMount] map=mountPath patch=mountPath
          volumeDevices [VolumeDevice] map=devicePath patch=devicePath; terminationMessagePath string =/dev/termination-log
          terminationMessagePolicy string =File; imagePullPolicy string; securityContext SecurityContext; stdin bool-; stdinOnce bool-
          tty bool-; targetContainerName string
        ContainerResizePolicy: resourceName* string; restartPolicy* string
        ContainerPort: name string; hostPort int-; containerPort* int; protocol string =TCP of=SCTP|TCP|UDP; hostIP string
        EnvVar: name* string; value string; valueFrom EnvVarSource
        EnvVarSource: fieldRef ObjectFieldSelector; resourceFieldRef ResourceFieldSelector; configMapKeyRef ConfigMapKeySelector
          secretKeyRef SecretKeySelector; fileKeyRef any
        ObjectFieldSelector atomic: apiVersion string =v1; fieldPath* string
        ResourceFieldSelector atomic: containerName string; resource* string; divisor quantity
        ConfigMapKeySelector atomic: name string; key* string; optional bool
        SecretKeySelector atomic: name string; key* string; optional bool
        EnvFromSource: prefix string; configMapRef ConfigMapEnvSource; secretRef SecretEnvSource
        ConfigMapEnvSource: name string; optional bool
        SecretEnvSource: name string; optional bool
        ResourceRequirements: limits {quantity}; requests {quantity}; claims [ResourceClaim] map=name
        ResourceClaim: name* string; request string
        VolumeMount: name* string; readOnly bool-; recursiveReadOnly string; mountPath* string; subPath string; mountPropagation string
          subPathExpr string
        VolumeDevice: name* string; devicePath* string
        Probe: exec ExecAction; httpGet HTTPGetAction; tcpSocket TCPSocketAction; grpc GRPCAction; initialDelaySeconds int-
          timeoutSeconds int- =1; periodSeconds int- =10; successThreshold int- =1; failureThreshold int- =3
          terminationGracePeriodSeconds int
        ExecAction: command [string]
        HTTPGetAction: path string =/; port* intOrString; host string; scheme string =HTTP of=HTTP|HTTPS; httpHeaders [HTTPHeader]
        HTTPHeader: name* string; value* string kept
        TCPSocketAction: port* intOrString; host string
        GRPCAction: port* int; service string kept
        Lifecycle: postStart LifecycleHandler; preStop LifecycleHandler; stopSignal string
        LifecycleHandler: exec ExecAction; httpGet HTTPGetAction; tcpSocket TCPSocketAction; sleep SleepAction
        SleepAction: seconds* int
        Volume: name* string; hostPath HostPathVolumeSource; emptyDir EmptyDirVolumeSource; secret SecretVolumeSource
          configMap ConfigMapVolumeSource; downwardAPI DownwardAPIVolumeSource; projected ProjectedVolumeSource
          persistentVolumeClaim PersistentVolumeClaimVolumeSource; ephemeral EphemeralVolumeSource; csi any; nfs any; image any; iscsi any
          fc any; cephfs any; rbd any; gitRepo any; glusterfs any; azureDisk any; azureFile any; awsElasticBlockStore any
          gcePersistentDisk any; cinder any; flexVolume any; flocker any; photonPersistentDisk any; portworxVolume any; quobyte any
          scaleIO any; storageos any; vsphereVolume any
        HostPathVolumeSource: path* string; type string kept
        EmptyDirVolumeSource: medium string; sizeLimit quantity
        SecretVolumeSource: secretName string; items [KeyToPath]; defaultMode int =420; optional bool
        ConfigMapVolumeSource: name string; items [KeyToPath]; defaultMode int =420; optional bool
        KeyToPath: key* string; path* string; mode int
        DownwardAPIVolumeSource: items [DownwardAPIVolumeFile]; defaultMode int =420
        DownwardAPIVolumeFile: path* string; fieldRef ObjectFieldSelector; resourceFieldRef ResourceFieldSelector; mode int
        ProjectedVolumeSource: sources [VolumeProjection]; defaultMode int =420
        VolumeProjection: secret SecretProjection; configMap ConfigMapProjection; downwardAPI DownwardAPIProjection
          serviceAccountToken ServiceAccountTokenProjection; clusterTrustBundle any; podCertificate any
        SecretProjection: name string; items [KeyToPath]; optional bool
        ConfigMapProjection: name string; items [KeyToPath]; optional bool
        DownwardAPIProjection: items [DownwardAPIVolumeFile]
        ServiceAccountTokenProjection: audience string; expirationSeconds int =3600; path* string
        PersistentVolumeClaimVolumeSource: claimName* string; readOnly bool-
        EphemeralVolumeSource: volumeClaimTemplate PersistentVolumeClaimTemplate
        PersistentVolumeClaimTemplate: metadata ObjectMeta; spec* PersistentVolumeClaimSpec
        PodStatus: observedGeneration int-; phase string; conditions [PodCondition] map=type patch=type; message string; reason string
          nominatedNodeName string; hostIP string; hostIPs [HostIP] patch=ip; podIP string; podIPs [PodIP] map=ip patch=ip; startTime time
          initContainerStatuses [ContainerStatus]; containerStatuses [ContainerStatus]; ephemeralContainerStatuses [ContainerStatus]
          qosClass string; resize string; resourceClaimStatuses [any]; extendedResourceClaimStatus any
        HostIP: ip* string
        PodIP: ip* string
        PodCondition: type* string; observedGeneration int-; status* string; lastProbeTime time kept; lastTransitionTime time; reason string
          message string
        ContainerStatus: name* string; state ContainerState; lastState ContainerState; ready bool; restartCount int; image string kept
          imageID string kept; containerID string; started bool; allocatedResources {quantity}; resources ResourceRequirements
          volumeMounts [any]; user any; allocatedResourcesStatus [any]; stopSignal string
        ContainerState: waiting ContainerStateWaiting; running ContainerStateRunning; terminated ContainerStateTerminated
        ContainerStateWaiting: reason string; message string
        ContainerStateRunning: startedAt time
        ContainerStateTerminated: exitCode int; signal int-; reason string; message string; startedAt time; finishedAt time
          containerID string
        """
}
