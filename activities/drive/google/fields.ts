/** Which fields are asked for: everything that a restore needs, and nothing that costs extra calls. `shared/spec/drive.md`, "Full listing". */
const item =
  'id,name,mimeType,parents,driveId,size,md5Checksum,sha256Checksum,headRevisionId,version,createdTime,modifiedTime,trashed,explicitlyTrashed,' +
  'trashedTime,shortcutDetails,hasAugmentedPermissions,permissionIds,inheritedPermissionsDisabled,copyRequiresWriterPermission,' +
  'downloadRestrictions,contentRestrictions,description,folderColorRgb,properties,appProperties,labelInfo,' +
  'lastModifyingUser(emailAddress,displayName),originalFilename,resourceKey,clientEncryptionDetails,exportLinks,' +
  'capabilities(canDownload,canListChildren,canReadRevisions)'
const drive = 'id,name,createdTime,hidden,colorRgb,themeId,orgUnitId,restrictions,capabilities'
const permission =
  'id,type,role,emailAddress,domain,displayName,allowFileDiscovery,expirationTime,view,deleted,pendingOwner,inheritedPermissionsDisabled,permissionDetails'
const remark = 'id,content,createdTime,modifiedTime,author(displayName,emailAddress)'
const stored = 'id,name,mimeType,parents,size,sha256Checksum,md5Checksum,webViewLink,trashed,appProperties'

export const fields = {
  item,
  itemPage: `nextPageToken,incompleteSearch,files(${item})`,
  drive,
  drivePage: `nextPageToken,drives(${drive})`,
  changePage: `nextPageToken,newStartPageToken,changes(changeType,time,removed,fileId,file(${item}),driveId,drive(${drive}))`,
  permissionPage: `nextPageToken,permissions(${permission})`,
  commentPage: `nextPageToken,comments(${remark},anchor,quotedFileContent,resolved,replies(${remark},action))`,
  stored,
  storedPage: `nextPageToken,incompleteSearch,files(${stored})`,
} as const
