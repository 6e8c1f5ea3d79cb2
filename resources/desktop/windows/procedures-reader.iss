; Inno Setup 6: the installer of Windows, made from the folder that build.spec makes.
;   iscc /DVersion=0.1.0 resources\desktop\windows\procedures-reader.iss
;
; Without administrator rights it installs for one person (below %LOCALAPPDATA%\Programs). For everybody on a computer:
;   procedures-reader-setup.exe /ALLUSERS /VERYSILENT /SUPPRESSMSGBOXES /NORESTART /LOG="setup.log"
; and to take it out again:
;   "{app}\unins000.exe" /VERYSILENT /SUPPRESSMSGBOXES /NORESTART
; Exit codes are Inno Setup's: 0 done, 2 and 5 cancelled, 3, 4 and 7 failed, 8 a restart of Windows is needed first.
; Libraries and bookmarks are never touched, neither when a newer version is installed nor when the program is removed.

#ifndef Version
  #error Say which version: iscc /DVersion=...
#endif
#define Folder "..\..\..\dist\procedures-reader"

[Setup]
AppId={{6B7C6B52-7C0F-4B63-9C8C-2B8B4B0A5D21}
AppName=Procedures Reader
AppVersion={#Version}
AppVerName=Procedures Reader {#Version}
AppPublisher=The Procedures Reader developers
DefaultDirName={autopf}\Procedures Reader
DefaultGroupName=Procedures Reader
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=commandline dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir=..\..\..\dist
OutputBaseFilename=procedures-reader-setup
SetupIconFile=..\..\icons\program\procedures-reader.ico
UninstallDisplayIcon={app}\procedures-reader.exe
UninstallDisplayName=Procedures Reader
LicenseFile=..\..\..\LICENSE
Compression=lzma2/max
SolidCompression=yes
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes
RestartApplications=no
SetupMutex=ProceduresReaderSetup
WizardStyle=modern
VersionInfoVersion={#Version}

[Tasks]
Name: "path"; Description: "Let terminals and scripts find the command ""procedures"""; Flags: unchecked
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; An older version's libraries do not stay among the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Excludes: "portable.toml,data"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\Procedures Reader"; Filename: "{app}\procedures-reader.exe"
Name: "{autodesktop}\Procedures Reader"; Filename: "{app}\procedures-reader.exe"; Tasks: desktopicon

[Registry]
; HKA is HKEY_CURRENT_USER, or HKEY_LOCAL_MACHINE where the installation is for everybody.
Root: HKA; Subkey: "Software\Classes\.manual\OpenWithProgids"; ValueType: string; ValueName: "ProceduresReader.manual"; ValueData: ""; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.manual"; ValueType: string; ValueName: ""; ValueData: "ProceduresReader.manual"; Flags: createvalueifdoesntexist uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\ProceduresReader.manual"; ValueType: string; ValueName: ""; ValueData: "Signed manual of procedures"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\ProceduresReader.manual\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: """{app}\procedures-reader.exe"",0"
Root: HKA; Subkey: "Software\Classes\ProceduresReader.manual\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\procedures-reader.exe"" ""%1"""

Root: HKA; Subkey: "Software\Classes\.readinglist\OpenWithProgids"; ValueType: string; ValueName: "ProceduresReader.readinglist"; ValueData: ""; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.readinglist"; ValueType: string; ValueName: ""; ValueData: "ProceduresReader.readinglist"; Flags: createvalueifdoesntexist uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\ProceduresReader.readinglist"; ValueType: string; ValueName: ""; ValueData: "Reading list of procedures"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\ProceduresReader.readinglist\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: """{app}\procedures-reader.exe"",0"
Root: HKA; Subkey: "Software\Classes\ProceduresReader.readinglist\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\procedures-reader.exe"" ""%1"""

Root: HKA; Subkey: "Software\Classes\.extract\OpenWithProgids"; ValueType: string; ValueName: "ProceduresReader.extract"; ValueData: ""; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.extract"; ValueType: string; ValueName: ""; ValueData: "ProceduresReader.extract"; Flags: createvalueifdoesntexist uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\ProceduresReader.extract"; ValueType: string; ValueName: ""; ValueData: "Proof of a court extract"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\ProceduresReader.extract\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: """{app}\procedures-reader.exe"",0"
Root: HKA; Subkey: "Software\Classes\ProceduresReader.extract\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\procedures-reader.exe"" ""%1"""

Root: HKA; Subkey: "Software\Classes\procedures"; ValueType: string; ValueName: ""; ValueData: "URL:Procedures Reader"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\procedures"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\procedures\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: """{app}\procedures-reader.exe"",0"
Root: HKA; Subkey: "Software\Classes\procedures\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\procedures-reader.exe"" ""%1"""

Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsMissingFromPath and not IsAdminInstallMode
Root: HKLM; Subkey: "SYSTEM\CurrentControlSet\Control\Session Manager\Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsMissingFromPath and IsAdminInstallMode

[Run]
Filename: "{app}\procedures-reader.exe"; Description: "{cm:LaunchProgram,Procedures Reader}"; Flags: nowait postinstall skipifsilent

[Code]
const
  MachinePath = 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment';

function PathRoot: Integer;
begin
  if IsAdminInstallMode then Result := HKEY_LOCAL_MACHINE else Result := HKEY_CURRENT_USER;
end;

function PathKey: String;
begin
  if IsAdminInstallMode then Result := MachinePath else Result := 'Environment';
end;

function IsMissingFromPath: Boolean;
var
  Known: String;
begin
  if not RegQueryStringValue(PathRoot, PathKey, 'Path', Known) then Known := '';
  Result := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Known) + ';') = 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Known, Ours: String;
  At: Integer;
begin
  if Step <> usPostUninstall then exit;
  if not RegQueryStringValue(PathRoot, PathKey, 'Path', Known) then exit;
  Ours := ';' + ExpandConstant('{app}');
  At := Pos(Lowercase(Ours) + ';', Lowercase(Known) + ';');
  if At = 0 then exit;
  Delete(Known, At, Length(Ours));
  RegWriteExpandStringValue(PathRoot, PathKey, 'Path', Known);
end;
