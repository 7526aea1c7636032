/// The numbers that the fields of the served kinds have in the protobuf form of the API (the `generated.proto` files of Kubernetes 1.32).
/// `N=name` a field of the structure; `N=~Other` a message whose fields stand in the structure itself when it is written as JSON.
enum ProtobufNumbers {
    /// What a number of a message stands for.
    enum Entry: Sendable {
        case field(String)
        case inlined(String)
    }

    static let messages: [String: [UInt64: Entry]] = {
        var messages: [String: [UInt64: Entry]] = [:]
        var current = ""
        for word in [firstHalf, secondHalf].joined(separator: "\n").split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if word.hasSuffix(":") {
                current = String(word.dropLast())
                continue
            }
            let parts = word.split(separator: "=")
            guard parts.count == 2, let number = UInt64(parts[0]) else { continue }
            messages[current, default: [:]][number] =
                parts[1].hasPrefix("~") ? .inlined(String(parts[1].dropFirst())) : .field(String(parts[1]))
        }
        return messages
    }()

    private static let firstHalf = """
        Affinity: 1=nodeAffinity 2=podAffinity 3=podAntiAffinity
        AggregationRule: 1=clusterRoleSelectors
        AppArmorProfile: 1=type 2=localhostProfile
        AutoscalingV1HorizontalPodAutoscaler: 1=metadata 2=spec 3=status
        AutoscalingV1HorizontalPodAutoscalerSpec: 1=scaleTargetRef 2=minReplicas 3=maxReplicas 4=targetCPUUtilizationPercentage
        Binding: 1=metadata 2=target
        Capabilities: 1=add 2=drop
        ClientIPConfig: 1=timeoutSeconds
        ClusterRole: 1=metadata 2=rules 3=aggregationRule
        ClusterRoleBinding: 1=metadata 2=subjects 3=roleRef
        Condition: 1=type 2=status 3=observedGeneration 4=lastTransitionTime 5=reason 6=message
        ConfigMap: 1=metadata 2=data 3=binaryData 4=immutable
        ConfigMapEnvSource: 1=~LocalObjectReference 2=optional
        ConfigMapKeySelector: 1=~LocalObjectReference 2=key 3=optional
        ConfigMapProjection: 1=~LocalObjectReference 2=items 4=optional
        ConfigMapVolumeSource: 1=~LocalObjectReference 2=items 3=defaultMode 4=optional
        Container: 1=name 2=image 3=command 4=args 5=workingDir 6=ports 7=env 8=resources 9=volumeMounts 10=livenessProbe
          11=readinessProbe 12=lifecycle 13=terminationMessagePath 14=imagePullPolicy 15=securityContext 16=stdin 17=stdinOnce 18=tty
          19=envFrom 20=terminationMessagePolicy 21=volumeDevices 22=startupProbe 23=resizePolicy 24=restartPolicy
        ContainerImage: 1=names 2=sizeBytes
        ContainerPort: 1=name 2=hostPort 3=containerPort 4=protocol 5=hostIP
        ContainerResizePolicy: 1=resourceName 2=restartPolicy
        ContainerResourceMetricSource: 1=name 2=target 3=container
        ContainerState: 1=waiting 2=running 3=terminated
        ContainerStateRunning: 1=startedAt
        ContainerStateTerminated: 1=exitCode 2=signal 3=reason 4=message 5=startedAt 6=finishedAt 7=containerID
        ContainerStateWaiting: 1=reason 2=message
        ContainerStatus: 1=name 2=state 3=lastState 4=ready 5=restartCount 6=image 7=imageID 8=containerID 9=started 10=allocatedResources
          11=resources 12=volumeMounts 13=user 14=allocatedResourcesStatus
        ControllerRevision: 1=metadata 2=data 3=revision
        CronJob: 1=metadata 2=spec 3=status
        CronJobSpec: 1=schedule 2=startingDeadlineSeconds 3=concurrencyPolicy 4=suspend 5=jobTemplate 6=successfulJobsHistoryLimit
          7=failedJobsHistoryLimit 8=timeZone
        CronJobStatus: 1=active 4=lastScheduleTime 5=lastSuccessfulTime
        CrossVersionObjectReference: 1=kind 2=name 3=apiVersion
        DaemonSet: 1=metadata 2=spec 3=status
        DaemonSetSpec: 1=selector 2=template 3=updateStrategy 4=minReadySeconds 6=revisionHistoryLimit
        DaemonSetStatus: 1=currentNumberScheduled 2=numberMisscheduled 3=desiredNumberScheduled 4=numberReady 5=observedGeneration
          6=updatedNumberScheduled 7=numberAvailable 8=numberUnavailable 9=collisionCount 10=conditions
        DaemonSetUpdateStrategy: 1=type 2=rollingUpdate
        DeleteOptions: 1=gracePeriodSeconds 2=preconditions 3=orphanDependents 4=propagationPolicy 5=dryRun
          6=ignoreStoreReadErrorWithClusterBreakingPotential
        Deployment: 1=metadata 2=spec 3=status
        DeploymentCondition: 1=type 2=status 4=reason 5=message 6=lastUpdateTime 7=lastTransitionTime
        DeploymentSpec: 1=replicas 2=selector 3=template 4=strategy 5=minReadySeconds 6=revisionHistoryLimit 7=paused
          9=progressDeadlineSeconds
        DeploymentStatus: 1=observedGeneration 2=replicas 3=updatedReplicas 4=availableReplicas 5=unavailableReplicas 6=conditions
          7=readyReplicas 8=collisionCount
        DeploymentStrategy: 1=type 2=rollingUpdate
        DiscoveryEndpointPort: 1=name 2=protocol 3=port 4=appProtocol
        DownwardAPIProjection: 1=items
        DownwardAPIVolumeFile: 1=path 2=fieldRef 3=resourceFieldRef 4=mode
        DownwardAPIVolumeSource: 1=items 2=defaultMode
        EmptyDirVolumeSource: 1=medium 2=sizeLimit
        Endpoint: 1=addresses 2=conditions 3=hostname 4=targetRef 5=deprecatedTopology 6=nodeName 7=zone 8=hints
        EndpointAddress: 1=ip 2=targetRef 3=hostname 4=nodeName
        EndpointConditions: 1=ready 2=serving 3=terminating
        EndpointPort: 1=name 2=port 3=protocol 4=appProtocol
        EndpointSlice: 1=metadata 2=endpoints 3=ports 4=addressType
        EndpointSubset: 1=addresses 2=notReadyAddresses 3=ports
        Endpoints: 1=metadata 2=subsets
        EnvFromSource: 1=prefix 2=configMapRef 3=secretRef
        EnvVar: 1=name 2=value 3=valueFrom
        EnvVarSource: 1=fieldRef 2=resourceFieldRef 3=configMapKeyRef 4=secretKeyRef
        EphemeralContainer: 1=~EphemeralContainerCommon 2=targetContainerName
        EphemeralContainerCommon: 1=name 2=image 3=command 4=args 5=workingDir 6=ports 7=env 8=resources 9=volumeMounts 10=livenessProbe
          11=readinessProbe 12=lifecycle 13=terminationMessagePath 14=imagePullPolicy 15=securityContext 16=stdin 17=stdinOnce 18=tty
          19=envFrom 20=terminationMessagePolicy 21=volumeDevices 22=startupProbe 23=resizePolicy 24=restartPolicy
        EphemeralVolumeSource: 1=volumeClaimTemplate
        Event: 1=metadata 2=involvedObject 3=reason 4=message 5=source 6=firstTimestamp 7=lastTimestamp 8=count 9=type 10=eventTime
          11=series 12=action 13=related 14=reportingComponent 15=reportingInstance
        EventSeries: 1=count 2=lastObservedTime
        EventSource: 1=component 2=host
        EventsV1Event: 1=metadata 2=eventTime 3=series 4=reportingController 5=reportingInstance 6=action 7=reason 8=regarding 9=related
          10=note 11=type 12=deprecatedSource 13=deprecatedFirstTimestamp 14=deprecatedLastTimestamp 15=deprecatedCount
        Eviction: 1=metadata 2=deleteOptions
        ExecAction: 1=command
        ExternalMetricSource: 1=metric 2=target
        GRPCAction: 1=port 2=service
        HPAScalingPolicy: 1=type 2=value 3=periodSeconds
        HPAScalingRules: 1=selectPolicy 2=policies 3=stabilizationWindowSeconds
        HTTPGetAction: 1=path 2=port 3=host 4=scheme 5=httpHeaders
        HTTPHeader: 1=name 2=value
        HTTPIngressPath: 1=path 2=backend 3=pathType
        HTTPIngressRuleValue: 1=paths
        HorizontalPodAutoscaler: 1=metadata 2=spec 3=status
        HorizontalPodAutoscalerBehavior: 1=scaleUp 2=scaleDown
        HorizontalPodAutoscalerCondition: 1=type 2=status 3=lastTransitionTime 4=reason 5=message
        HorizontalPodAutoscalerSpec: 1=scaleTargetRef 2=minReplicas 3=maxReplicas 4=metrics 5=behavior
        HorizontalPodAutoscalerStatus: 1=observedGeneration 2=lastScaleTime 3=currentReplicas 4=desiredReplicas 5=currentMetrics
          6=conditions
        HostAlias: 1=ip 2=hostnames
        HostIP: 1=ip
        HostPathVolumeSource: 1=path 2=type
        IPBlock: 1=cidr 2=except
        Ingress: 1=metadata 2=spec 3=status
        IngressBackend: 3=resource 4=service
        IngressClass: 1=metadata 2=spec
        IngressClassSpec: 1=controller 2=parameters
        IngressRule: 1=host 2=~IngressRuleValue
        IngressRuleValue: 1=http
        IngressServiceBackend: 1=name 2=port
        IngressSpec: 1=defaultBackend 2=tls 3=rules 4=ingressClassName
        IngressStatus: 1=loadBalancer
        IngressTLS: 1=hosts 2=secretName
        Job: 1=metadata 2=spec 3=status
        JobCondition: 1=type 2=status 3=lastProbeTime 4=lastTransitionTime 5=reason 6=message
        JobSpec: 1=parallelism 2=completions 3=activeDeadlineSeconds 4=selector 5=manualSelector 6=template 7=backoffLimit
          8=ttlSecondsAfterFinished 9=completionMode 10=suspend 11=podFailurePolicy 12=backoffLimitPerIndex 13=maxFailedIndexes
          14=podReplacementPolicy 15=managedBy 16=successPolicy
        JobStatus: 1=conditions 2=startTime 3=completionTime 4=active 5=succeeded 6=failed 7=completedIndexes 8=uncountedTerminatedPods
          9=ready 10=failedIndexes 11=terminating
        JobTemplateSpec: 1=metadata 2=spec
        KeyToPath: 1=key 2=path 3=mode
        LabelSelector: 1=matchLabels 2=matchExpressions
        LabelSelectorRequirement: 1=key 2=operator 3=values
        Lease: 1=metadata 2=spec
        LeaseSpec: 1=holderIdentity 2=leaseDurationSeconds 3=acquireTime 4=renewTime 5=leaseTransitions 6=strategy 7=preferredHolder
        Lifecycle: 1=postStart 2=preStop
        LifecycleHandler: 1=exec 2=httpGet 3=tcpSocket 4=sleep
        LimitRange: 1=metadata 2=spec
        LimitRangeItem: 1=type 2=max 3=min 4=default 5=defaultRequest 6=maxLimitRequestRatio
        LimitRangeSpec: 1=limits
        LoadBalancerIngress: 1=ip 2=hostname 3=ipMode 4=ports
        LoadBalancerStatus: 1=ingress
        LocalObjectReference: 1=name
        LocalSubjectAccessReview: 1=metadata 2=spec 3=status
        ManagedFieldsEntry: 1=manager 2=operation 3=apiVersion 4=time 6=fieldsType 7=fieldsV1 8=subresource
        MetricIdentifier: 1=name 2=selector
        MetricSpec: 1=type 2=object 3=pods 4=resource 5=external 7=containerResource
        MetricTarget: 1=type 2=value 3=averageValue 4=averageUtilization
        Namespace: 1=metadata 2=spec 3=status
        NamespaceCondition: 1=type 2=status 4=lastTransitionTime 5=reason 6=message
        NamespaceSpec: 1=finalizers
        NamespaceStatus: 1=phase 2=conditions
        NetworkPolicy: 1=metadata 2=spec
        NetworkPolicyEgressRule: 1=ports 2=to
        NetworkPolicyIngressRule: 1=ports 2=from
        """

    private static let secondHalf = """
        NetworkPolicyPeer: 1=podSelector 2=namespaceSelector 3=ipBlock
        NetworkPolicyPort: 1=protocol 2=port 3=endPort
        NetworkPolicySpec: 1=podSelector 2=ingress 3=egress 4=policyTypes
        Node: 1=metadata 2=spec 3=status
        NodeAddress: 1=type 2=address
        NodeAffinity: 1=requiredDuringSchedulingIgnoredDuringExecution 2=preferredDuringSchedulingIgnoredDuringExecution
        NodeCondition: 1=type 2=status 3=lastHeartbeatTime 4=lastTransitionTime 5=reason 6=message
        NodeSelector: 1=nodeSelectorTerms
        NodeSelectorRequirement: 1=key 2=operator 3=values
        NodeSelectorTerm: 1=matchExpressions 2=matchFields
        NodeSpec: 1=podCIDR 2=externalID 3=providerID 4=unschedulable 5=taints 6=configSource 7=podCIDRs
        NodeStatus: 1=capacity 2=allocatable 3=phase 4=conditions 5=addresses 6=daemonEndpoints 7=nodeInfo 8=images 9=volumesInUse
          10=volumesAttached 11=config 12=runtimeHandlers 13=features
        NodeSystemInfo: 1=machineID 2=systemUUID 3=bootID 4=kernelVersion 5=osImage 6=containerRuntimeVersion 7=kubeletVersion
          8=kubeProxyVersion 9=operatingSystem 10=architecture
        NonResourceAttributes: 1=path 2=verb
        ObjectFieldSelector: 1=apiVersion 2=fieldPath
        ObjectMeta: 1=name 2=generateName 3=namespace 4=selfLink 5=uid 6=resourceVersion 7=generation 8=creationTimestamp
          9=deletionTimestamp 10=deletionGracePeriodSeconds 11=labels 12=annotations 13=ownerReferences 14=finalizers 17=managedFields
        ObjectMetricSource: 1=describedObject 2=target 3=metric
        ObjectReference: 1=kind 2=namespace 3=name 4=uid 5=apiVersion 6=resourceVersion 7=fieldPath
        OwnerReference: 1=kind 3=name 4=uid 5=apiVersion 6=controller 7=blockOwnerDeletion
        PersistentVolume: 1=metadata 2=spec 3=status
        PersistentVolumeClaim: 1=metadata 2=spec 3=status
        PersistentVolumeClaimCondition: 1=type 2=status 3=lastProbeTime 4=lastTransitionTime 5=reason 6=message
        PersistentVolumeClaimSpec: 1=accessModes 2=resources 3=volumeName 4=selector 5=storageClassName 6=volumeMode 7=dataSource
          8=dataSourceRef 9=volumeAttributesClassName
        PersistentVolumeClaimStatus: 1=phase 2=accessModes 3=capacity 4=conditions 5=allocatedResources 7=allocatedResourceStatuses
          8=currentVolumeAttributesClassName 9=modifyVolumeStatus
        PersistentVolumeClaimTemplate: 1=metadata 2=spec
        PersistentVolumeClaimVolumeSource: 1=claimName 2=readOnly
        PersistentVolumeSource: 1=gcePersistentDisk 2=awsElasticBlockStore 3=hostPath 4=glusterfs 5=nfs 6=rbd 7=iscsi 8=cinder 9=cephfs
          10=fc 11=flocker 12=flexVolume 13=azureFile 14=vsphereVolume 15=quobyte 16=azureDisk 17=photonPersistentDisk 18=portworxVolume
          19=scaleIO 20=local 21=storageos 22=csi
        PersistentVolumeSpec: 1=capacity 2=~PersistentVolumeSource 3=accessModes 4=claimRef 5=persistentVolumeReclaimPolicy
          6=storageClassName 7=mountOptions 8=volumeMode 9=nodeAffinity 10=volumeAttributesClassName
        PersistentVolumeStatus: 1=phase 2=message 3=reason 4=lastPhaseTransitionTime
        Pod: 1=metadata 2=spec 3=status
        PodAffinity: 1=requiredDuringSchedulingIgnoredDuringExecution 2=preferredDuringSchedulingIgnoredDuringExecution
        PodAffinityTerm: 1=labelSelector 2=namespaces 3=topologyKey 4=namespaceSelector 5=matchLabelKeys 6=mismatchLabelKeys
        PodCondition: 1=type 2=status 3=lastProbeTime 4=lastTransitionTime 5=reason 6=message
        PodDNSConfig: 1=nameservers 2=searches 3=options
        PodDNSConfigOption: 1=name 2=value
        PodDisruptionBudget: 1=metadata 2=spec 3=status
        PodDisruptionBudgetSpec: 1=minAvailable 2=selector 3=maxUnavailable 4=unhealthyPodEvictionPolicy
        PodDisruptionBudgetStatus: 1=observedGeneration 2=disruptedPods 3=disruptionsAllowed 4=currentHealthy 5=desiredHealthy
          6=expectedPods 7=conditions
        PodIP: 1=ip
        PodOS: 1=name
        PodReadinessGate: 1=conditionType
        PodSchedulingGate: 1=name
        PodSecurityContext: 1=seLinuxOptions 2=runAsUser 3=runAsNonRoot 4=supplementalGroups 5=fsGroup 6=runAsGroup 7=sysctls
          8=windowsOptions 9=fsGroupChangePolicy 10=seccompProfile 11=appArmorProfile 12=supplementalGroupsPolicy 13=seLinuxChangePolicy
        PodSpec: 1=volumes 2=containers 3=restartPolicy 4=terminationGracePeriodSeconds 5=activeDeadlineSeconds 6=dnsPolicy 7=nodeSelector
          8=serviceAccountName 9=serviceAccount 10=nodeName 11=hostNetwork 12=hostPID 13=hostIPC 14=securityContext 15=imagePullSecrets
          16=hostname 17=subdomain 18=affinity 19=schedulerName 20=initContainers 21=automountServiceAccountToken 22=tolerations
          23=hostAliases 24=priorityClassName 25=priority 26=dnsConfig 27=shareProcessNamespace 28=readinessGates 29=runtimeClassName
          30=enableServiceLinks 31=preemptionPolicy 32=overhead 33=topologySpreadConstraints 34=ephemeralContainers 35=setHostnameAsFQDN
          36=os 37=hostUsers 38=schedulingGates 39=resourceClaims 40=resources
        PodStatus: 1=phase 2=conditions 3=message 4=reason 5=hostIP 6=podIP 7=startTime 8=containerStatuses 9=qosClass
          10=initContainerStatuses 11=nominatedNodeName 12=podIPs 13=ephemeralContainerStatuses 14=resize 15=resourceClaimStatuses
          16=hostIPs
        PodTemplateSpec: 1=metadata 2=spec
        PodsMetricSource: 1=metric 2=target
        PolicyRule: 1=verbs 2=apiGroups 3=resources 4=resourceNames 5=nonResourceURLs
        PortStatus: 1=port 2=protocol 3=error
        Preconditions: 1=uid 2=resourceVersion
        PreferredSchedulingTerm: 1=weight 2=preference
        PriorityClass: 1=metadata 2=value 3=globalDefault 4=description 5=preemptionPolicy
        Probe: 1=~ProbeHandler 2=initialDelaySeconds 3=timeoutSeconds 4=periodSeconds 5=successThreshold 6=failureThreshold
          7=terminationGracePeriodSeconds
        ProbeHandler: 1=exec 2=httpGet 3=tcpSocket 4=grpc
        ProjectedVolumeSource: 1=sources 2=defaultMode
        ReplicaSet: 1=metadata 2=spec 3=status
        ReplicaSetCondition: 1=type 2=status 3=lastTransitionTime 4=reason 5=message
        ReplicaSetSpec: 1=replicas 2=selector 3=template 4=minReadySeconds
        ReplicaSetStatus: 1=replicas 2=fullyLabeledReplicas 3=observedGeneration 4=readyReplicas 5=availableReplicas 6=conditions
        ResourceAttributes: 1=namespace 2=verb 3=group 4=version 5=resource 6=subresource 7=name 8=fieldSelector 9=labelSelector
        ResourceClaim: 1=name 2=request
        ResourceFieldSelector: 1=containerName 2=resource 3=divisor
        ResourceMetricSource: 1=name 2=target
        ResourceQuota: 1=metadata 2=spec 3=status
        ResourceQuotaSpec: 1=hard 2=scopes 3=scopeSelector
        ResourceQuotaStatus: 1=hard 2=used
        ResourceRequirements: 1=limits 2=requests 3=claims
        Role: 1=metadata 2=rules
        RoleBinding: 1=metadata 2=subjects 3=roleRef
        RoleRef: 1=apiGroup 2=kind 3=name
        RollingUpdateDaemonSet: 1=maxUnavailable 2=maxSurge
        RollingUpdateDeployment: 1=maxUnavailable 2=maxSurge
        RollingUpdateStatefulSet: 1=partition 2=maxUnavailable
        SELinuxOptions: 1=user 2=role 3=type 4=level
        Scale: 1=metadata 2=spec 3=status
        ScaleSpec: 1=replicas
        ScaleStatus: 1=replicas 2=selector
        SeccompProfile: 1=type 2=localhostProfile
        Secret: 1=metadata 2=data 3=type 4=stringData 5=immutable
        SecretEnvSource: 1=~LocalObjectReference 2=optional
        SecretKeySelector: 1=~LocalObjectReference 2=key 3=optional
        SecretProjection: 1=~LocalObjectReference 2=items 4=optional
        SecretVolumeSource: 1=secretName 2=items 3=defaultMode 4=optional
        SecurityContext: 1=capabilities 2=privileged 3=seLinuxOptions 4=runAsUser 5=runAsNonRoot 6=readOnlyRootFilesystem
          7=allowPrivilegeEscalation 8=runAsGroup 9=procMount 10=windowsOptions 11=seccompProfile 12=appArmorProfile
        SelfSubjectAccessReview: 1=metadata 2=spec 3=status
        SelfSubjectAccessReviewSpec: 1=resourceAttributes 2=nonResourceAttributes
        SelfSubjectReview: 1=metadata 2=status
        SelfSubjectRulesReview: 1=metadata 2=spec 3=status
        SelfSubjectRulesReviewSpec: 1=namespace
        Service: 1=metadata 2=spec 3=status
        ServiceAccount: 1=metadata 2=secrets 3=imagePullSecrets 4=automountServiceAccountToken
        ServiceAccountTokenProjection: 1=audience 2=expirationSeconds 3=path
        ServiceBackendPort: 1=name 2=number
        ServicePort: 1=name 2=protocol 3=port 4=targetPort 5=nodePort 6=appProtocol
        ServiceSpec: 1=ports 2=selector 3=clusterIP 4=type 5=externalIPs 7=sessionAffinity 8=loadBalancerIP 9=loadBalancerSourceRanges
          10=externalName 11=externalTrafficPolicy 12=healthCheckNodePort 13=publishNotReadyAddresses 14=sessionAffinityConfig
          17=ipFamilyPolicy 18=clusterIPs 19=ipFamilies 20=allocateLoadBalancerNodePorts 21=loadBalancerClass 22=internalTrafficPolicy
          23=trafficDistribution
        ServiceStatus: 1=loadBalancer 2=conditions
        SessionAffinityConfig: 1=clientIP
        SleepAction: 1=seconds
        StatefulSet: 1=metadata 2=spec 3=status
        StatefulSetSpec: 1=replicas 2=selector 3=template 4=volumeClaimTemplates 5=serviceName 6=podManagementPolicy 7=updateStrategy
          8=revisionHistoryLimit 9=minReadySeconds 10=persistentVolumeClaimRetentionPolicy 11=ordinals
        StatefulSetStatus: 1=observedGeneration 2=replicas 3=readyReplicas 4=currentReplicas 5=updatedReplicas 6=currentRevision
          7=updateRevision 9=collisionCount 10=conditions 11=availableReplicas
        StatefulSetUpdateStrategy: 1=type 2=rollingUpdate
        StorageClass: 1=metadata 2=provisioner 3=parameters 4=reclaimPolicy 5=mountOptions 6=allowVolumeExpansion 7=volumeBindingMode
          8=allowedTopologies
        Subject: 1=kind 2=apiGroup 3=name 4=namespace
        SubjectAccessReview: 1=metadata 2=spec 3=status
        SubjectAccessReviewSpec: 1=resourceAttributes 2=nonResourceAttributes 3=user 4=groups 5=extra 6=uid
        Sysctl: 1=name 2=value
        TCPSocketAction: 1=port 2=host
        Taint: 1=key 2=value 3=effect 4=timeAdded
        BoundObjectReference: 1=kind 2=apiVersion 3=name 4=uid
        TokenRequest: 1=metadata 2=spec 3=status
        TokenRequestSpec: 1=audiences 3=boundObjectRef 4=expirationSeconds
        TokenReview: 1=metadata 2=spec 3=status
        TokenReviewSpec: 1=token 2=audiences
        Toleration: 1=key 2=operator 3=value 4=effect 5=tolerationSeconds
        TopologySpreadConstraint: 1=maxSkew 2=topologyKey 3=whenUnsatisfiable 4=labelSelector 5=minDomains 6=nodeAffinityPolicy
          7=nodeTaintsPolicy 8=matchLabelKeys
        TypedLocalObjectReference: 1=apiGroup 2=kind 3=name
        TypedObjectReference: 1=apiGroup 2=kind 3=name 4=namespace
        Volume: 1=name 2=~VolumeSource
        VolumeDevice: 1=name 2=devicePath
        VolumeMount: 1=name 2=readOnly 3=mountPath 4=subPath 5=mountPropagation 6=subPathExpr 7=recursiveReadOnly
        VolumeProjection: 1=secret 2=downwardAPI 3=configMap 4=serviceAccountToken 5=clusterTrustBundle
        VolumeResourceRequirements: 1=limits 2=requests
        VolumeSource: 1=hostPath 2=emptyDir 3=gcePersistentDisk 4=awsElasticBlockStore 5=gitRepo 6=secret 7=nfs 8=iscsi 9=glusterfs
          10=persistentVolumeClaim 11=rbd 12=flexVolume 13=cinder 14=cephfs 15=flocker 16=downwardAPI 17=fc 18=azureFile 19=configMap
          20=vsphereVolume 21=quobyte 22=azureDisk 23=photonPersistentDisk 24=portworxVolume 25=scaleIO 26=projected 27=storageos 28=csi
          29=ephemeral 30=image
        WeightedPodAffinityTerm: 1=weight 2=podAffinityTerm
        """
}
