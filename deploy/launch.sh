# What the scripts share: finding Java, building what is missing or stale, starting Spark's classes.
# Sourced by bash with $root set to the repository's root, or a bundle's.

assembly="$root/deploy/target/convoy.jar"
if [[ -d "$root/lib/convoy" ]]; then
    bundled=true
    dist="$root/lib/convoy"
else
    bundled=false
    dist="$root/deploy/target/convoy-dist"
fi

# Java takes the charset of file names from the locale: in any other than UTF-8, names in other scripts cannot be opened.
[[ "$(locale charmap 2>/dev/null)" == UTF-8 ]] || export LC_ALL=C.UTF-8

# cuBLAS reads it when it is loaded, and gives the same bits each time.
export CUBLAS_WORKSPACE_CONFIG="${CUBLAS_WORKSPACE_CONFIG:-:4096:8}"

# What libtorch for CUDA needs beside the driver, and what those libraries need themselves.
cuda_libraries=(libcudart.so.13 libcupti.so.13 libcublas.so.13 libcublasLt.so.13 libcudnn.so.9 libcufft.so.12 libcurand.so.10
    libcusparse.so.12 libcusolver.so.12 libnvJitLink.so.13 libcufile.so.0 libnccl.so.2)

# Options for the Java process about native libraries.
natives=()

# Options for the Java process about a user whom the system does not know.
identity=()

# die SENTENCE: in one line, of which a terminal obeys nothing, whatever names are in it.
die() {
    local line
    line="$(basename "$0"): $*"
    printf '%s\n' "${line//[[:cntrl:]]/?}" >&2
    exit 2
}

# require_file WHAT PATH: dies unless that is a file with something in it that may be read, and says which of these it is not.
require_file() {
    [[ -e "$2" || -L "$2" ]] || die "$1 $2 does not exist: check the path"
    [[ ! -d "$2" ]] || die "$1 $2 is a folder: name a file"
    [[ -r "$2" ]] || die "$1 $2 may not be read by this user: ask its owner, or chmod it"
    [[ -s "$2" ]] || die "$1 $2 is empty: it was not written to its end; make it again"
}

# A path with the home directory for a tilde, which a shell leaves alone behind an equals sign, as in --to=~/data.
home_directory() {
    case "$1" in
    \~ | \~/*) printf '%s\n' "${HOME:?is not set}${1#\~}" ;;
    *) printf '%s\n' "$1" ;;
    esac
}

# Sets $java to a Java 17: a bundle's own, else JAVA_HOME's if that is set, else the PATH's.
find_java() {
    if [[ $bundled == true ]]; then
        bundled_java
        return
    fi
    if [[ -n "${JAVA_HOME:-}" ]]; then
        java="$JAVA_HOME/bin/java"
        [[ -x "$java" ]] || die "JAVA_HOME = $JAVA_HOME has no bin/java; set it to a JDK 17"
    else
        java=$(command -v java) || die "no java on the PATH; install a JDK 17 or set JAVA_HOME to one"
    fi
    local release version=""
    release="$(dirname "$(dirname "$(readlink -f "$java")")")/release"
    if [[ -r "$release" ]]; then
        version=$(sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$release")
    fi
    if [[ -z "$version" ]]; then
        version=$("$java" -version 2>&1 | sed -n '1s/.*version "\([^"]*\)".*/\1/p')
    fi
    [[ "$version" == 17 || "$version" == 17.* ]] ||
        die "$java is Java ${version:-of no known version}; Spark 3.5 needs 17: set JAVA_HOME to a JDK 17"
}

# Sets $java to the bundle's, and has native libraries unpacked and found there.
bundled_java() {
    java="$root/runtime/bin/java"
    [[ -x "$java" ]] || die "$java is missing; unpack the bundle anew"
    if mkdir -p "$root/cache" 2>/dev/null && [[ -w "$root/cache" ]]; then
        natives=("-Dorg.bytedeco.javacpp.cachedir=$root/cache")
    fi
    # Beside glibc: what smaller systems lack. Where the system has it, its own is taken, which may be newer.
    local library name directory
    for library in "$root"/lib/system/*; do
        name=$(basename "$library")
        for directory in /lib /usr/lib /lib64 /usr/lib64 /lib/x86_64-linux-gnu /usr/lib/x86_64-linux-gnu; do
            [[ ! -e "$directory/$name" ]] || continue 2
        done
        export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$library"
    done
}

# Gives a user id without a name, as containers have, a home directory: Java takes "?" for it, where Ivy does not start, and where JavaCPP
# and Maven would make a folder of that name.
nameless_user() {
    ! id -un >/dev/null 2>&1 || return 0
    local home=${HOME:-/}
    [[ "$home" == / ]] || mkdir -p "$home" 2>/dev/null || true
    if [[ "$home" != /?* || ! -w "$home" ]]; then
        home="${TMPDIR:-/tmp}/convoy-$(id -u)"
        mkdir -p -m 700 "$home" 2>/dev/null || true
        [[ -O "$home" && -w "$home" && ! -L "$home" ]] ||
            die "user id $(id -u) has no name and no home directory here, and $home is not to be had: set HOME to a folder of yours"
    fi
    export HOME="$home"
    identity=("-Duser.home=$home")
    [[ "$home" == *[[:space:]]* ]] || export MAVEN_OPTS="${MAVEN_OPTS:-} -Duser.home=$home"
}

# For what does not log in without a name.
require_named_user() {
    id -un >/dev/null 2>&1 || die "user id $(id -u) has no name here, and Hadoop's own programs do not start without one: add a line for it\
 to /etc/passwd, or start as a user who has one"
}

# Prints why the given built file does not serve; nothing if it does.
why_build() {
    local built=$1
    if [[ ! -e "$built" ]]; then
        echo "nothing is built yet"
        return
    fi
    local module newer sources=("$root/pom.xml" "$root/deploy/conf")
    for module in architectures/records architectures architectures/onnx parameter-server worker worker/libtorch driver driver/ml driver/iceberg jobs deploy; do
        sources+=("$root/$module/pom.xml")
        [[ -d "$root/$module/src/main" ]] && sources+=("$root/$module/src/main")
    done
    [[ ! -d "$root/jobs/recipes" ]] || sources+=("$root/jobs/recipes")
    newer=$(find "${sources[@]}" -newer "$built" -print -quit)
    [[ -z "$newer" ]] || echo "${newer#"$root"/} is newer than what is built"
}

# Builds the distribution, and with "assembly" the one jar, if it is missing or stale, and says so in one line.
build_if_stale() {
    if [[ $bundled == true ]]; then
        [[ "${1:-}" != assembly ]] || die "a bundle has no convoy.jar for a cluster that has only Spark; build one in a checkout"
        return 0
    fi
    local built="$dist/BUILT" reason skip=true log="$root/deploy/target/build.log"
    if [[ "${1:-}" == assembly ]]; then
        built="$assembly"
        skip=false
    fi
    reason=$(why_build "$built")
    [[ -n "$reason" ]] || return 0
    mkdir -p "$root/deploy/target"
    exec 9>"$root/deploy/target/build.lock"
    if command -v flock >/dev/null; then
        flock 9
        reason=$(why_build "$built")
    fi
    if [[ -n "$reason" ]]; then
        echo "convoy: building, for $reason (the first time downloads for some minutes; log: $log)" >&2
        if ! (cd "$root" && ./mvnw -B -ntp -pl deploy -am package -Dmaven.test.skip=true -Dspotless.check.skip=true \
            -Dassembly.skip=$skip) >"$log" 2>&1; then
            grep -m 20 '^\[ERROR\]' "$log" >&2 || tail -n 20 "$log" >&2
            echo "convoy: the build failed; the whole log is $log" >&2
            exit 1
        fi
    fi
    exec 9>&-
}

# Sets $spark_class_path, and what Spark's classes read from the environment.
spark_environment() {
    export SPARK_HOME="$dist" SPARK_SCALA_VERSION=2.12 SPARK_CONF_DIR="${SPARK_CONF_DIR:-$dist/conf}"
    spark_class_path="$SPARK_CONF_DIR:$dist/conf:$dist/jars/*"
    local hadoop
    for hadoop in "${HADOOP_CONF_DIR:-}" "${YARN_CONF_DIR:-}"; do
        [[ -z "$hadoop" ]] || spark_class_path="$spark_class_path:$hadoop"
    done
    native_environment
}

# How native libraries shall behave in every process.
native_environment() {
    # Where native libraries are unpacked, if not in ~/.javacpp: that may lie where nothing may be run.
    if [[ -n "${CONVOY_CACHE:-}" ]]; then
        mkdir -p "$CONVOY_CACHE" 2>/dev/null && [[ -w "$CONVOY_CACHE" ]] || die "CONVOY_CACHE = $CONVOY_CACHE is no folder that may be written"
        natives=("-Dorg.bytedeco.javacpp.cachedir=$(cd "$CONVOY_CACHE" && pwd)")
    fi
    # Native libraries take one thread for each thread of ours, unless somebody wants otherwise.
    export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
    # As Hadoop's scripts do: else memory that one thread frees stays with that thread's part of the C library's heap.
    export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-4}"
    # What one step frees the next one takes: given back to the system and cleared anew, it costs some 4 % of a step.
    export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-33554432}"
    export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-2147483647}"
    # Of a picture that cannot be decoded the import itself says so, in one line.
    export OPENCV_LOG_LEVEL="${OPENCV_LOG_LEVEL:-SILENT}"
    # nvidia-smi counts GPUs in this order; CUDA by itself puts the fastest first.
    export CUDA_DEVICE_ORDER="${CUDA_DEVICE_ORDER:-PCI_BUS_ID}"
}

# Puts the directories of CUDA's libraries on LD_LIBRARY_PATH, before what is there, if this is a build for GPUs: of the Python given or
# CONVOY_PYTHON's, which is to be compared with on the same libraries; then, of what the linker does not find by itself, those of CUDA
# toolkits; then those of the python3 on the PATH. If the device given is a GPU, on a machine with NVIDIA's driver, a line says which.
cuda_environment() {
    compgen -G "$dist/jars/org.bytedeco.pytorch-*-gpu.jar" >/dev/null || return 0
    local python=${1:-${CONVOY_PYTHON:-}} device=$2 wanted=("${cuda_libraries[@]}") directories="" directory
    [[ -z "$python" ]] || take_pythons "$python"
    skip_linkers
    for directory in "${CUDA_HOME:-/usr/local/cuda}" "${CUDA_PATH:-/usr/local/cuda}" /usr/local/cuda /usr/local/cuda-13* /opt/cuda; do
        take "$directory/lib64" "$directory/lib" "$directory/targets/x86_64-linux/lib" "$directory/extras/CUPTI/lib64"
    done
    ((${#wanted[@]} == 0)) || [[ -n "$python" ]] || take_pythons python3
    if [[ -n "$directories" ]]; then
        # A PyTorch that is measured beside has its own.
        export CONVOY_CALLERS_LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}"
        export LD_LIBRARY_PATH="$directories${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    fi
    if [[ "$device" == cuda* ]] && command -v nvidia-smi >/dev/null; then
        require_machine_code
        local from="CUDA's libraries are taken from ${directories:-where the linker finds them}" lacking="${wanted[*]}"
        ((${#wanted[@]} == 0)) ||
            from="there is no ${lacking// /, } on LD_LIBRARY_PATH, in /usr/local/cuda or in ${python:-python3}'s nvidia/*/lib: install CUDA 13\
 and cuDNN 9, or set CONVOY_PYTHON to a Python that has them"
        echo "convoy: $from" >&2
    fi
}

# Refuses a bundle that was made with --sm for other GPUs: their code is zeros, and what happened then would be hard to understand.
require_machine_code() {
    local kept one gpu gpus
    kept=$(sed -n 's/^libtorch: .*sm = \([0-9,]*\)$/\1/p' "$root/BUNDLE" 2>/dev/null) || true
    [[ -n "$kept" ]] || return 0
    gpus=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null) || return 0
    for gpu in ${gpus//./}; do
        for one in ${kept//,/ }; do
            # Code for 8.0 runs on 8.6 and 8.9.
            ((gpu / 10 != one / 10 || gpu < one)) || return 0
        done
    done
    gpus=${gpus//./}
    die "this bundle was made with --sm = $kept, and the GPU is of sm_${gpus//$'\n'/, sm_}: make one with that, or without --sm"
}

# Appends to $directories those of the directories that have some of the $wanted libraries, and strikes these out.
take() {
    local directory library rest
    for directory in "$@"; do
        rest=()
        for library in ${wanted[@]+"${wanted[@]}"}; do
            [[ -e "$directory/$library" ]] || rest+=("$library")
        done
        if ((${#rest[@]} < ${#wanted[@]})); then
            directories="${directories:+$directories:}$directory"
            wanted=(${rest[@]+"${rest[@]}"})
        fi
    done
}

# Takes from NVIDIA's packages of a Python; never from PyTorch's own directory, where another libtorch lies.
take_pythons() {
    local site sites
    sites=$("$1" -c 'import site, sysconfig
paths = [sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"], *site.getsitepackages(), site.getusersitepackages()]
print("\n".join(dict.fromkeys(paths)))' 2>/dev/null) || return 0
    while IFS= read -r site; do
        take "$site"/nvidia/*/lib
    done <<<"$sites"
}

# Strikes out of the $wanted libraries what the linker finds.
skip_linkers() {
    local library directory rest=() linkers searched
    linkers=$({ ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null) || true
    IFS=: read -ra searched <<<"${LD_LIBRARY_PATH:-}"
    for library in ${wanted[@]+"${wanted[@]}"}; do
        for directory in ${searched[@]+"${searched[@]}"}; do
            [[ -z "$directory" || ! -e "$directory/$library" ]] || continue 2
        done
        [[ "$linkers" == *"$library "* ]] || rest+=("$library")
    done
    wanted=(${rest[@]+"${rest[@]}"})
}
