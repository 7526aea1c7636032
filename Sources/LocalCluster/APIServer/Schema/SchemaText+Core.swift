/// The fields of the served kinds, in a notation of our own (read by `SchemaReader`):
///
///     TypeName [atomic]: field[*] type [options]; ...
///
/// `*` a value is required; types are `string int bool number quantity intOrString time microTime bytes any`, another type's name,
/// `[type]` a list, `{type}` a mapping. `omitted` types (`bool-`, `int-`) are left out when false or zero, as the API's own encoding does.
/// Options: `=value` the default; `map=a,b` a list whose items are told apart by these keys (server-side apply), `set` one of distinct
/// scalars, `patch=a` its merge key in strategic merge patches, `retain` with the retainKeys strategy, `atomic` owned as a whole,
/// `of=A|B|C` the values allowed, `kept` written even when empty. A line `# prefix` names the OpenAPI package of what follows.
enum SchemaText {
    static let meta = """
        # io.k8s.apimachinery.pkg.apis.meta.v1
        ObjectMeta: name string; generateName string; namespace string; selfLink string; uid string; resourceVersion string
          generation int-; creationTimestamp time; deletionTimestamp time; deletionGracePeriodSeconds int; labels {string}
          annotations {string}; ownerReferences [OwnerReference] map=uid patch=uid; finalizers [string] set patch
          managedFields [ManagedFieldsEntry]
        OwnerReference atomic: apiVersion* string; kind* string; name* string; uid* string; controller bool; blockOwnerDeletion bool
        ManagedFieldsEntry: manager string; operation string; apiVersion string; time time; fieldsType string; fieldsV1 any
          subresource string
        LabelSelector atomic: matchLabels {string}; matchExpressions [LabelSelectorRequirement]
        LabelSelectorRequirement: key* string; operator* string; values [string]
        DeleteOptions: gracePeriodSeconds int; preconditions Preconditions; orphanDependents bool; propagationPolicy string
          dryRun [string]; ignoreStoreReadErrorWithClusterBreakingPotential bool
        Preconditions: uid string; resourceVersion string
        Condition: type* string; status* string; observedGeneration int-; lastTransitionTime* time; reason* string; message* string kept
        """

    static let core = """
        # io.k8s.api.core.v1
        ConfigMap: metadata ObjectMeta; immutable bool; data {string}; binaryData {bytes}
        Secret: metadata ObjectMeta; immutable bool; data {bytes}; stringData {string}; type string =Opaque
        Namespace: metadata ObjectMeta; spec NamespaceSpec; status NamespaceStatus
        NamespaceSpec: finalizers [string]
        NamespaceStatus: phase string; conditions [NamespaceCondition] map=type patch=type
        NamespaceCondition: type* string; status* string; lastTransitionTime time; reason string; message string
        ServiceAccount: metadata ObjectMeta; secrets [ObjectReference] map=name patch=name
          imagePullSecrets [LocalObjectReference]; automountServiceAccountToken bool
        ObjectReference atomic: kind string; namespace string; name string; uid string; apiVersion string; resourceVersion string
          fieldPath string
        LocalObjectReference atomic: name string
        TypedLocalObjectReference atomic: apiGroup string; kind* string; name* string
        TypedObjectReference: apiGroup string; kind* string; name* string; namespace string
        Service: metadata ObjectMeta; spec ServiceSpec; status ServiceStatus
        ServiceSpec: ports [ServicePort] map=port,protocol patch=port; selector {string} atomic; clusterIP string; clusterIPs [string]
          type string =ClusterIP of=ClusterIP|ExternalName|LoadBalancer|NodePort; externalIPs [string]
          sessionAffinity string =None of=ClientIP|None; loadBalancerIP string; loadBalancerSourceRanges [string]; externalName string
          externalTrafficPolicy string of=Cluster|Local; healthCheckNodePort int-; publishNotReadyAddresses bool-
          sessionAffinityConfig SessionAffinityConfig; ipFamilies [string]; ipFamilyPolicy string; allocateLoadBalancerNodePorts bool
          loadBalancerClass string; internalTrafficPolicy string of=Cluster|Local; trafficDistribution string
        ServicePort: name string; protocol string =TCP of=SCTP|TCP|UDP; appProtocol string; port* int; targetPort intOrString; nodePort int-
        SessionAffinityConfig: clientIP ClientIPConfig
        ClientIPConfig: timeoutSeconds int
        ServiceStatus: loadBalancer LoadBalancerStatus; conditions [Condition] map=type patch=type
        LoadBalancerStatus: ingress [LoadBalancerIngress]
        LoadBalancerIngress: ip string; hostname string; ipMode string; ports [PortStatus]
        PortStatus: port* int; protocol* string; error string
        Endpoints: metadata ObjectMeta; subsets [EndpointSubset]
        EndpointSubset: addresses [EndpointAddress]; notReadyAddresses [EndpointAddress]; ports [EndpointPort]
        EndpointAddress atomic: ip* string; hostname string; nodeName string; targetRef ObjectReference
        EndpointPort atomic: name string; port* int; protocol string =TCP; appProtocol string
        Event: metadata ObjectMeta; involvedObject* ObjectReference; reason string; message string; source EventSource; firstTimestamp time
          lastTimestamp time; count int-; type string; eventTime microTime; series EventSeries; action string; related ObjectReference
          reportingComponent string kept; reportingInstance string kept
        EventSource: component string; host string
        EventSeries: count int-; lastObservedTime microTime
        Node: metadata ObjectMeta; spec NodeSpec; status NodeStatus
        NodeSpec: podCIDR string; podCIDRs [string] set patch; providerID string; unschedulable bool-; taints [Taint]; configSource any
          externalID string
        Taint: key* string; value string; effect* string; timeAdded time
        NodeStatus: capacity {quantity}; allocatable {quantity}; phase string; conditions [NodeCondition] map=type patch=type
          addresses [NodeAddress] map=type patch=type; daemonEndpoints any; nodeInfo NodeSystemInfo; images [ContainerImage]
          volumesInUse [string]
          volumesAttached [any]; config any; runtimeHandlers [any]; features any
        NodeCondition: type* string; status* string; lastHeartbeatTime time; lastTransitionTime time; reason string; message string
        NodeAddress: type* string; address* string
        NodeSystemInfo: machineID string kept; systemUUID string kept; bootID string kept; kernelVersion string kept; osImage string kept
          containerRuntimeVersion string kept; kubeletVersion string kept; kubeProxyVersion string kept; operatingSystem string kept
          architecture string kept; swap any
        ContainerImage: names [string]; sizeBytes int-
        PersistentVolumeClaim: metadata ObjectMeta; spec PersistentVolumeClaimSpec; status PersistentVolumeClaimStatus
        PersistentVolumeClaimSpec: accessModes [string]; selector LabelSelector; resources VolumeResourceRequirements; volumeName string
          storageClassName string; volumeMode string =Filesystem of=Block|Filesystem; dataSource TypedLocalObjectReference
          dataSourceRef TypedObjectReference; volumeAttributesClassName string
        VolumeResourceRequirements: limits {quantity}; requests {quantity}
        PersistentVolumeClaimStatus: phase string; accessModes [string]; capacity {quantity}
          conditions [PersistentVolumeClaimCondition] map=type patch=type
          allocatedResources {quantity}; allocatedResourceStatuses {string}; currentVolumeAttributesClassName string; modifyVolumeStatus any
        PersistentVolumeClaimCondition: type* string; status* string; lastProbeTime time; lastTransitionTime time; reason string
          message string
        PersistentVolume: metadata ObjectMeta; spec PersistentVolumeSpec; status PersistentVolumeStatus
        PersistentVolumeSpec: capacity {quantity}; accessModes [string]; claimRef ObjectReference
          persistentVolumeReclaimPolicy string =Retain
          storageClassName string; mountOptions [string]; volumeMode string =Filesystem; nodeAffinity any; volumeAttributesClassName string
          hostPath HostPathVolumeSource; local any; nfs any; csi any; iscsi any; fc any; cephfs any; rbd any; glusterfs any; azureDisk any
          azureFile any; awsElasticBlockStore any; gcePersistentDisk any; cinder any; flexVolume any; flocker any; photonPersistentDisk any
          portworxVolume any; quobyte any; scaleIO any; storageos any; vsphereVolume any
        PersistentVolumeStatus: phase string; message string; reason string; lastPhaseTransitionTime time
        ResourceQuota: metadata ObjectMeta; spec ResourceQuotaSpec; status ResourceQuotaStatus
        ResourceQuotaSpec: hard {quantity}; scopes [string]; scopeSelector any
        ResourceQuotaStatus: hard {quantity}; used {quantity}
        LimitRange: metadata ObjectMeta; spec LimitRangeSpec
        LimitRangeSpec: limits [LimitRangeItem] kept
        LimitRangeItem: type* string; max {quantity}; min {quantity}; default {quantity}; defaultRequest {quantity}
          maxLimitRequestRatio {quantity}
        Binding: metadata ObjectMeta; target* ObjectReference
        """
}
